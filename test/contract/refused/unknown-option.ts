import { Action, Event, MoleculerModule, Service, type MoleculerModuleOptions } from 'nestjs-moleculer';
// @ts-expect-error TS2561
export const misspelt = MoleculerModule.forRoot({ heartbeatIntervall: 3 });
// @ts-expect-error TS2322
export const unit = MoleculerModule.forRoot({ requestTimeout: '5s' });
// @ts-expect-error TS2322
export const version = MoleculerModule.forRoot({ protocolVersion: '3' });
// @ts-expect-error TS2561
export const nested = MoleculerModule.forRoot({ registry: { preferLocl: true } });
// @ts-expect-error TS2322
export const written: MoleculerModuleOptions = { transporter: 5 };
// @ts-expect-error TS2322
export const factory = MoleculerModule.forRootAsync({ useFactory: () => ({ requestTimeout: '5s' }) });
// @ts-expect-error TS2322
@Service({ version: {} })
export class Options {
  // @ts-expect-error TS2322
  @Action({ visibility: 'secret' }) visibility() {}
  // @ts-expect-error TS2322
  @Action({ timeout: '5s' }) timeout() {}
  // @ts-expect-error TS2322
  @Event('x', { group: 5 }) group() {}
}
