import { Context, MoleculerModule, currentContext } from 'nestjs-moleculer';
export const module = MoleculerModule.forRoot({ ambientContext: true });
export const context: Context | undefined = currentContext();
