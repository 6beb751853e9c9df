// expect: TS2353 or TS2561
import { MoleculerModule } from 'nestjs-moleculer';
export const wrong = MoleculerModule.forRoot({ heartbeatIntervall: 3 });
