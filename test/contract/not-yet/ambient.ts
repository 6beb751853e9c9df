import {
  Context,
  MoleculerModule,
  // @ts-expect-error TS2305
  currentContext,
} from 'nestjs-moleculer';
export const module = MoleculerModule.forRoot({ ambientContext: true });
export const context: Context | undefined = currentContext();
