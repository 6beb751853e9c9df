/** Nest's own microservices: a controller on one side, a ClientProxy on the other. */
import 'reflect-metadata';
import { Controller, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { decorate } from './decorate.mjs';
import { untilAnswered } from './until-answered.mjs';

/** @param {(where: { redisUrl: string, port: number }) => object} settings transport and its options */
export function nestContender(settings) {
  return {
    // An event has no groups here: each node that listens is given it.
    balances: false,

    async serve(where) {
      class EchoController {
        reply(params) {
          return params;
        }
        onHappened(payload) {
          where.received(payload);
        }
      }
      decorate(EchoController, 'reply', MessagePattern(`${where.namespace}.echo.reply`));
      decorate(EchoController, 'onHappened', EventPattern(`${where.namespace}.bench.happened`));
      Controller()(EchoController);
      class AppModule {}
      Module({ controllers: [EchoController] })(AppModule);
      const app = await NestFactory.createMicroservice(AppModule, { ...settings(where), logger: false });
      await app.listen();
    },

    async connect(where) {
      Logger.overrideLogger(false);
      const client = ClientProxyFactory.create(settings(where));
      await client.connect();
      const action = `${where.namespace}.echo.reply`;
      const event = `${where.namespace}.bench.happened`;
      const call = (params) => firstValueFrom(client.send(action, params));
      const emit = (payload) => firstValueFrom(client.emit(event, payload), { defaultValue: undefined });
      await untilAnswered(call);
      return { call, emit, broadcast: emit };
    },
  };
}
