import { Module } from '@nestjs/common';
import { Action, MoleculerModule, Service, ServiceBroker } from 'nestjs-moleculer';
import { captureEvents, createBrokerStub, createTestCluster, mockAction } from 'nestjs-moleculer/testing';

@Service('math')
class MathService {
  @Action() add(params: { a: number; b: number }) {
    return params.a + params.b;
  }
}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'one' })], providers: [MathService] })
class One {}
@Module({ imports: [MoleculerModule.forRoot({ nodeID: 'two' })] })
class Two {}

export async function test() {
  const cluster = await createTestCluster({ nodes: [One, Two], seed: 7 });
  const broker = cluster.get(Two, ServiceBroker);
  await broker.call('math.add', { a: 5, b: 3 });
  await cluster.advance('30s');
  await cluster.advance(500);
  await cluster.crash('one');
  await cluster.restart('one');
  await cluster.close();
  const stub = createBrokerStub();
  stub.when('users.get').reply({ id: '1' });
  return [stub.calls, stub.emitted, mockAction('users.get').returns({ id: '1' }), captureEvents];
}
