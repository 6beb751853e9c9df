// An HTTP gateway as a user would run it: Express in front, actions of other nodes behind. Plain JavaScript: decorators are functions.
import 'reflect-metadata';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MoleculerModule, ServiceBroker } from 'nestjs-moleculer';

const [url, namespace] = process.argv.slice(2);
const method = (type, name, ...decorators) => {
  for (const decorate of decorators) {
    decorate(type.prototype, name, Object.getOwnPropertyDescriptor(type.prototype, name));
  }
};

class Gateway {
  constructor(broker) {
    this.broker = broker;
  }

  async get() {
    // Some work of its own before and after the call, as requests have.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const answer = await this.broker.call('backend.work', { ms: 60 });
    return { answer };
  }
}
Controller()(Gateway);
Inject(ServiceBroker)(Gateway, undefined, 0);
method(Gateway, 'get', Get('*any'));

class AppModule {}
Module({
  imports: [
    MoleculerModule.forRoot({
      transporter: url,
      namespace,
      nodeID: 'gateway',
      // Who asks may be held up by a loaded machine, and still shall find it serving for a while.
      registry: { stopDelay: 2000 },
      tracking: { enabled: true, shutdownTimeout: 60_000 },
    }),
  ],
  controllers: [Gateway],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
app.use((request, _response, next) => {
  console.log(JSON.stringify({ path: request.url }));
  next();
});
await app.listen(0, '127.0.0.1');
await app.get(ServiceBroker).waitForServices('backend', 60_000);
console.log(JSON.stringify({ port: app.getHttpServer().address().port }));
process.on('exit', (code) => console.log(JSON.stringify({ exit: code })));
