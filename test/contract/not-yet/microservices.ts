import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';
import {
  MoleculerClient,
  MoleculerServer,
  // @ts-expect-error TS2307
} from 'nestjs-moleculer/microservices';
declare const broker: ServiceBroker;
export const server = [
  new MoleculerServer(broker),
  new MoleculerServer({ transporter: 'redis://localhost' }),
];
export const client = new MoleculerClient({ broker });
export const module = MoleculerModule.forRoot();
