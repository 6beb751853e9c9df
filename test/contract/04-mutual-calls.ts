import { Action, Context, Service, ServiceBroker } from 'nestjs-moleculer';
import type { ContractOf } from 'nestjs-moleculer';
@Service('ping')
export class PingService {
  constructor(private readonly broker: ServiceBroker) {}
  @Action() async ping(params: { n: number }): Promise<number> {
    if (params.n === 0) return 0;
    return await this.broker.call('pong.pong', { n: params.n - 1 });
  }
}
@Service('pong')
export class PongService {
  constructor(private readonly broker: ServiceBroker) {}
  @Action() async pong(params: { n: number }): Promise<number> {
    return await this.broker.call('ping.ping', { n: params.n });
  }
  @Action() async self(params: { n: number }): Promise<number> {
    return await this.broker.call('pong.pong', { n: params.n });
  }
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<PingService, 'ping'>, ContractOf<PongService, 'pong'> {}
}
