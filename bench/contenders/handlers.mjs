/**
 * Handlers with enhancers in one process, in three forms that all go through `broker.call`:
 * - plain: the same work without enhancers, a direct call
 * - compiled: as this library runs them
 * - nest: the same class, run by Nest's ExternalContextCreator inside a plain handler
 */
import 'reflect-metadata';
import {
  Catch,
  createParamDecorator,
  Module,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import { Action, Ctx, MoleculerModule, Params, Service, ServiceBroker } from 'nestjs-moleculer';
import { map } from 'rxjs';
import { decorate } from './decorate.mjs';

/** No `Error`: its stack would cost more than all the rest. */
class Refusal {
  constructor(params) {
    this.params = params;
  }
}

/** How often enhancers ran; a handler that is reached without them answers wrongly. */
class Counter {
  runs = 0;
  calls = 0;
}

const guardOf = (counter) => ({
  canActivate(host) {
    counter.runs++;
    return host.switchToRpc().getContext().level > 0;
  },
});

const asyncGuardOf = (counter) => ({
  async canActivate(host) {
    counter.runs++;
    return host.switchToRpc().getContext().level > 0;
  },
});

const interceptorOf = (counter) => ({
  intercept(_host, next) {
    counter.runs++;
    return next.handle().pipe(map((value) => value));
  },
});

const pipeOf = (counter) => ({
  transform(value, { type }) {
    if (type === 'body') counter.runs++;
    return value;
  },
});

function filterOf(counter) {
  class RefusalFilter {
    catch(error) {
      counter.runs++;
      return error.params;
    }
  }
  Catch(Refusal)(RefusalFilter);
  return new RefusalFilter();
}

/** Of each workload: what is bound, how often that runs before the handler answers, and what the handler does. */
const WORKLOADS = {
  guard: { use: (c) => [UseGuards(guardOf(c))], each: 1 },
  asyncGuard: { use: (c) => [UseGuards(asyncGuardOf(c))], each: 1 },
  pipe: { use: (c) => [UsePipes(pipeOf(c))], each: 1 },
  interceptor: { use: (c) => [UseInterceptors(interceptorOf(c))], each: 1 },
  interceptors: { use: (c) => [UseInterceptors(interceptorOf(c), interceptorOf(c))], each: 2 },
  all: {
    use: (c) => [UseGuards(guardOf(c)), UseInterceptors(interceptorOf(c)), UsePipes(pipeOf(c))],
    each: 3,
  },
  argument: {
    args: (c) => [
      Params(),
      Ctx(),
      createParamDecorator((_, host) => (c.runs++, host.switchToRpc().getContext().level))(),
    ],
    each: 1,
  },
  filter: { use: (c) => [UseFilters(filterOf(c))], each: 0 },
  answeringFilter: { use: (c) => [UseFilters(filterOf(c))], each: 1, throws: true },
};

export const HANDLER_WORKLOADS = Object.keys(WORKLOADS);

/** A service for one workload; `go` is the action. */
function serviceOf(name, { use = () => [], args = () => [Params(), Ctx()], each, throws }, bare) {
  const counter = new Counter();
  class Handlers {
    go(params, ctx, level = 0) {
      if (throws) return this.refuse(params);
      if (bare && each > 0) level = ctx.level;
      counter.calls++;
      return bare || counter.runs === counter.calls * each ? params : level;
    }
    refuse(params) {
      if (!bare) throw new Refusal(params);
      try {
        throw new Refusal(params);
      } catch (error) {
        return error.params;
      }
    }
  }
  const list = bare ? [Params(), Ctx()] : args(counter);
  for (let i = list.length - 1; i >= 0; i--) list[i](Handlers.prototype, 'go', i);
  decorate(Handlers, 'go', ...(bare ? [] : use(counter)));
  // To be run by Nest it is no action of its own.
  return { name, type: Handlers };
}

/** A plain handler that lets Nest run the other. */
function throughNest(creator, { name, type }) {
  const run = creator.create(
    new type(),
    type.prototype.go,
    'go',
    '__routeArguments__',
    { exchangeKeyForValue: (kind, key, [params]) => (kind === 3 ? (key ? params?.[key] : params) : null) },
    undefined,
    undefined,
    { guards: true, interceptors: true, filters: true },
    'rpc',
  );
  return { name, actions: { go: (ctx) => run(ctx.params, ctx) } };
}

function asService({ name, type }) {
  decorate(type, 'go', Action());
  Service(name)(type);
  return type;
}

/** @param {'plain' | 'compiled' | 'nest'} form */
export function handlersContender(form) {
  return {
    async local() {
      const services = Object.entries(WORKLOADS).map(([name, workload]) =>
        serviceOf(name, workload, form === 'plain'),
      );
      class AppModule {}
      Module({
        imports: [MoleculerModule.forRoot({ transporter: null, nodeID: 'local' })],
        providers: form === 'nest' ? [] : services.map(asService),
      })(AppModule);
      const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
      const broker = app.get(ServiceBroker);
      if (form === 'nest') {
        const creator = app.get(ExternalContextCreator);
        for (const service of services) await broker.createService(throughNest(creator, service));
      }
      return Object.fromEntries(
        services.map(({ name }) => [name, (params) => broker.call(`${name}.go`, params)]),
      );
    },
  };
}
