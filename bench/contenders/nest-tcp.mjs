import { Transport } from '@nestjs/microservices';
import { nestContender } from './nest-microservices.mjs';

/** One socket, no server between: calls only, for nobody is told of an event but the one at the other end. */
export const contender = nestContender(({ port }) => ({
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port },
}));
