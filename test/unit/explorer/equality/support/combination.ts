import 'reflect-metadata';
import { type Type, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import { Action } from '../../../../../lib/decorators/action.decorator.js';
import { Ctx } from '../../../../../lib/decorators/context.decorators.js';
import { Params } from '../../../../../lib/decorators/params.decorator.js';
import { Service } from '../../../../../lib/decorators/service.decorator.js';
import {
  type Kind,
  play,
  provided,
  Scripted,
  ScriptedFilter,
  ScriptedGuard,
  ScriptedInterceptor,
  ScriptedPipe,
  WAYS,
} from './players.js';
import type { Script } from './both.js';

export const KINDS = ['guard', 'interceptor', 'pipe', 'factory', 'filter'] as const;

/** Where something is bound: on the method as a class with dependencies, or on the class as an instance. */
export type Level = 'method' | 'class';

/** Everything of a handler that can be told how to behave: name of the place → its kind. */
export type Places = Readonly<Record<string, Kind>>;

const BASES = {
  guard: [UseGuards, ScriptedGuard],
  interceptor: [UseInterceptors, ScriptedInterceptor],
  pipe: [UsePipes, ScriptedPipe],
  filter: [UseFilters, ScriptedFilter],
} as const;

/** A service with one action `go`, with these kinds of enhancers on these levels. */
export function combination(
  name: string,
  kinds: readonly Kind[],
  levels: readonly Level[],
): { type: Type; places: Places } {
  class Handlers {
    go(...args: unknown[]): unknown {
      return play(args);
    }
  }
  Object.defineProperty(Handlers, 'name', { value: name });
  const { prototype } = Handlers;
  const places: Record<string, Kind> = { handler: 'handler' };
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'go')!;
  for (const kind of kinds) {
    if (kind === 'factory') {
      places['factory'] = kind;
      Scripted('factory')(prototype, 'go', 2);
      continue;
    }
    if (kind === 'handler') continue;
    const [use, Base] = BASES[kind] as [any, any];
    for (const level of levels) {
      const place = `${level} ${kind}`;
      places[place] = kind;
      if (level === 'class') use(new Base(place, null))(Handlers);
      else use(provided(Base, place))(prototype, 'go', descriptor);
    }
  }
  Ctx()(prototype, 'go', 1);
  Params()(prototype, 'go', 0);
  const types = kinds.includes('factory') ? [Object, Object, String] : [Object, Object];
  Reflect.defineMetadata('design:paramtypes', types, prototype, 'go');
  Action()(prototype, 'go', descriptor as never);
  Service(name)(Handlers);
  return { type: Handlers, places };
}

/** For each pair of places every behaviour of the one with every behaviour of the other; the rest behaves as it does first. */
export function* scripts(places: Places): Generator<Script> {
  const names = Object.keys(places);
  if (names.length === 1) yield* alone(names[0], places);
  for (let i = 0; i < names.length; i++) {
    for (let j = i + 1; j < names.length; j++) {
      for (const one of WAYS[places[names[i]]]) {
        for (const other of WAYS[places[names[j]]]) yield { [names[i]]: one, [names[j]]: other };
      }
    }
  }
}

function* alone(name: string, places: Places): Generator<Script> {
  for (const way of WAYS[places[name]]) yield { [name]: way };
}

/** The list, each pair, …, all of them. */
export function subsets<T>(list: readonly T[]): T[][] {
  return list.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}
