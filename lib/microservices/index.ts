export { MoleculerServer, MOLECULER_TRANSPORT, type MoleculerServerOptions } from './moleculer.server.js';
export { MoleculerClient, type MoleculerClientOptions } from './moleculer.client.js';
export { MoleculerRecord, type MoleculerRecordOptions } from './moleculer-record.js';
export type { MoleculerEvents, MoleculerStatus } from './broker-status.js';
