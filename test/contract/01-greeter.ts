import { Injectable, Module } from '@nestjs/common';
import {
  Action,
  Context,
  Ctx,
  Event,
  EventStream,
  MoleculerModule,
  Params,
  Payload,
  Service,
  ServiceBroker,
} from 'nestjs-moleculer';
import type { EventMessage } from 'nestjs-moleculer';
import type { Observable } from 'rxjs';
class HelloParams {
  name!: string;
}
interface Order {
  id: string;
}
@Service({ name: 'greeter', version: 2, settings: {}, metadata: {}, dependencies: ['users'] })
export class GreeterService {
  constructor(private readonly broker: ServiceBroker) {}
  @Action({
    params: { name: 'string|optional' },
    cache: { keys: ['name'], ttl: 30 },
    timeout: 2000,
    visibility: 'published',
    rest: 'GET /hello',
  })
  hello(@Params() params: HelloParams, @Ctx() ctx: Context): string {
    return params.name;
  }
  @Action() async add(params: { a: number; b: number }, ctx: Context) {
    return params.a + params.b;
  }
  @Event('user.*', { group: 'mail' }) onUser(@Payload() user: { id: string }, @Ctx() ctx: Context) {}
  @EventStream('order.**') private readonly orders$!: Observable<EventMessage<Order>>;
  onModuleInit() {
    this.orders$.subscribe((m) => m.payload.id);
  }
}
@Module({ imports: [MoleculerModule.forRoot()], providers: [GreeterService] })
export class AppModule {}
