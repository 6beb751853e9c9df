/** This library in a Nest application, default options. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Action, Event, MoleculerModule, Service, ServiceBroker } from 'nestjs-moleculer';
import { decorate } from './decorate.mjs';

async function startNode({ redisUrl, namespace, nodeID }, providers = []) {
  class AppModule {}
  Module({
    imports: [MoleculerModule.forRoot({ transporter: redisUrl ?? null, namespace, nodeID })],
    providers,
  })(AppModule);
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  return app.get(ServiceBroker);
}

function remoteService(received) {
  class EchoService {
    reply(params) {
      return params;
    }
    onHappened(payload) {
      received(payload);
    }
  }
  Service('echo')(EchoService);
  decorate(EchoService, 'reply', Action());
  decorate(EchoService, 'onHappened', Event('bench.happened'));
  return EchoService;
}

function localService(received) {
  class EchoService {
    reply(params) {
      return params;
    }
    async later(params) {
      await null;
      return params;
    }
    checked(params) {
      return params;
    }
    onOne(payload) {
      received(payload);
    }
  }
  Service('echo')(EchoService);
  decorate(EchoService, 'reply', Action());
  decorate(EchoService, 'later', Action());
  decorate(EchoService, 'checked', Action({ params: { n: 'number', items: 'array', text: 'string' } }));
  decorate(EchoService, 'onOne', Event('one.happened'));
  return EchoService;
}

function listeningService(name, received) {
  class ListenerService {
    onTen(payload) {
      received(payload);
    }
    onWild(payload) {
      received(payload);
    }
  }
  Service(name)(ListenerService);
  decorate(ListenerService, 'onTen', Event('ten.happened'));
  decorate(ListenerService, 'onWild', Event('wild.*'));
  return ListenerService;
}

export const contender = {
  async serve(where) {
    await startNode(where, [remoteService(where.received)]);
  },

  async connect(where) {
    const broker = await startNode(where);
    await broker.waitForServices('echo', 10_000);
    return {
      call: (params) => broker.call('echo.reply', params),
      emit: (payload) => broker.emit('bench.happened', payload),
      broadcast: (payload) => broker.broadcast('bench.happened', payload),
    };
  },

  async local({ received }) {
    const listeners = Array.from({ length: 10 }, (_, i) => listeningService(`listener${i}`, received));
    const broker = await startNode({ nodeID: 'local' }, [localService(received), ...listeners]);
    return {
      reply: (params) => broker.call('echo.reply', params),
      later: (params) => broker.call('echo.later', params),
      checked: (params) => broker.call('echo.checked', params),
      emitOne: (payload) => broker.emit('one.happened', payload),
      emitTen: (payload) => broker.emit('ten.happened', payload),
      emitWild: (payload) => broker.emit('wild.card', payload),
    };
  },
};
