import {
  Catch,
  createParamDecorator,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { catchError, concat, concatMap, defer, finalize, from, map, of, tap, throwError } from 'rxjs';
import { Mapped, note, partOf, Trouble } from './stage.js';

/** Something that is called, behaves as its part says, and notes it. */
type Play<T> = Record<string, (given: T) => unknown>;

function act<T>(place: string, plays: Play<T>, given: T): unknown {
  const part = partOf(place) ?? Object.keys(plays)[0];
  note(`${place}: ${part}`);
  return plays[part](given);
}

const fail = (place: string): never => {
  throw new Trouble(place);
};
const reject = async (place: string): Promise<never> => fail(place);
const errors = (place: string) => throwError(() => new Trouble(place));

const show = (value: unknown): string =>
  value instanceof Error ? `${value.name} ${value.message}` : JSON.stringify(value);

const GUARD: Play<string> = {
  'lets in': () => true,
  refuses: () => false,
  'lets in later': async () => true,
  'refuses later': async () => false,
  'lets in by Observable': () => of(false, true),
  'refuses by Observable': () => of(true, false),
  'promises an Observable that refuses': async () => of(false),
  throws: fail,
  rejects: reject,
  'Observable fails': errors,
};

const INTERCEPTOR: Play<{ place: string; next: CallHandler }> = {
  'passes on': ({ next }) => next.handle(),
  maps: ({ place, next }) => next.handle().pipe(map((value) => [place, value])),
  'maps later': ({ place, next }) => next.handle().pipe(concatMap(async (value) => [place, value])),
  'is async': async ({ place, next }) => next.handle().pipe(map((value) => [place, value])),
  'awaits first': async ({ next }) => {
    await Promise.resolve();
    return next.handle();
  },
  'answers itself': ({ place }) => of(`${place} answers`),
  'answers with a list': ({ place }) => [place, 'last'],
  'adds a value': ({ place, next }) =>
    next.handle().pipe(concatMap((value) => from([value, `${place} adds`]))),
  'catches errors': ({ place, next }) =>
    next.handle().pipe(catchError((error) => of(`${place} caught ${show(error)}`))),
  throws: ({ place }) => fail(place),
  rejects: ({ place }) => reject(place),
  'Observable fails': ({ place }) => errors(place),
  'fails on the way back': ({ place, next }) => next.handle().pipe(map(() => fail(place))),
  'returns nothing': () => undefined,
};

const PIPE: Play<{ place: string; value: unknown }> = {
  transforms: ({ place, value }) => ({ [place]: value }),
  'transforms later': async ({ place, value }) => ({ [place]: value }),
  throws: ({ place }) => fail(place),
  rejects: ({ place }) => reject(place),
};

const FACTORY: Play<string> = {
  'gives a value': (place) => place,
  'gives a promise': async (place) => place,
  throws: fail,
  rejects: reject,
};

const HANDLER: Play<unknown> = {
  value: (args) => args,
  nothing: () => undefined,
  promise: async (args) => args,
  Observable: () => of(1, 2, 3).pipe(finalize(() => note('handler is left'))),
  'promise of an Observable': async () => of(4, 5).pipe(finalize(() => note('handler is left'))),
  throws: () => fail('handler'),
  rejects: () => reject('handler'),
  'Observable fails': () => errors('handler'),
  'Observable fails later': () =>
    concat(
      of(1),
      defer(() => reject('handler')),
    ).pipe(finalize(() => note('handler is left'))),
  'throws no error': () => {
    throw { no: 'error' };
  },
};

const FILTER: Play<{ place: string; error: unknown }> = {
  answers: ({ place }) => `${place} answers`,
  'answers later': async ({ place }) => `${place} answers`,
  'answers by Observable': ({ place }) => of('first', `${place} answers`),
  'answers 0': () => 0,
  'answers null': () => null,
  'answers nothing': () => undefined,
  'answers nothing later': async () => undefined,
  rethrows: ({ error }) => {
    throw error;
  },
  'throws another': ({ place, error }) => {
    throw new Mapped(place, error);
  },
  'rejects with another': async ({ place, error }) => {
    throw new Mapped(place, error);
  },
  'Observable of another': ({ place, error }) => throwError(() => new Mapped(place, error)),
};

/** Every way a place can behave, by kind. */
export const WAYS = {
  guard: Object.keys(GUARD),
  interceptor: Object.keys(INTERCEPTOR),
  pipe: Object.keys(PIPE),
  factory: Object.keys(FACTORY),
  handler: Object.keys(HANDLER),
  filter: Object.keys(FILTER),
};
export type Kind = keyof typeof WAYS;

/** Something that only the container can give: an enhancer made by hand has none. */
@Injectable()
export class Dependency {
  readonly word = 'injected';
}

abstract class Player {
  constructor(
    protected readonly place: string,
    private readonly dependency: Dependency | null,
  ) {}

  protected enter(details: string): void {
    note(`${this.place} ${details} ${this.dependency?.word ?? 'by hand'}`);
    new Logger(this.place).log('is here');
  }
}

const hostOf = (host: ExecutionContext): string =>
  [host.getType(), host.getClass()?.name, host.getHandler()?.name, host.getArgs().length].join(' ');

export class ScriptedGuard extends Player implements CanActivate {
  canActivate(host: ExecutionContext): any {
    this.enter(hostOf(host));
    return act(this.place, GUARD, this.place);
  }
}

export class ScriptedInterceptor extends Player implements NestInterceptor {
  intercept(host: ExecutionContext, next: CallHandler): any {
    const { place } = this;
    this.enter(hostOf(host));
    const watched = {
      handle: () =>
        next.handle().pipe(
          tap({
            subscribe: () => note(`${place} subscribes`),
            next: (value) => note(`${place} sees ${show(value)}`),
            error: (error) => note(`${place} sees ${show(error)} fail`),
            complete: () => note(`${place} sees the end`),
            finalize: () => note(`${place} is left`),
          }),
        ),
    };
    return act(place, INTERCEPTOR, { place, next: watched });
  }
}

export class ScriptedPipe extends Player implements PipeTransform {
  transform(value: unknown, metadata: any): any {
    const { type, data, metatype } = metadata;
    this.enter(`${type} ${String(data)} ${metatype?.name} ${Object.keys(metadata).sort().join()}`);
    return act(this.place, PIPE, { place: this.place, value });
  }
}

@Catch()
export class ScriptedFilter extends Player implements ExceptionFilter {
  catch(error: unknown, host: any): any {
    this.enter(`${host.getType()} ${String(host.getClass())} ${host.getArgs().length} ${show(error)}`);
    return act(this.place, FILTER, { place: this.place, error });
  }
}

/** A class of its own for the container, with a dependency. */
export function provided<T extends typeof ScriptedGuard | typeof ScriptedInterceptor | typeof ScriptedPipe>(
  Base: T,
  place: string,
): new (dependency: Dependency) => InstanceType<T>;
export function provided(Base: any, place: string): any {
  @Injectable()
  class Provided extends Base {
    constructor(dependency: Dependency) {
      super(place, dependency);
    }
  }
  return Provided;
}

export const Scripted = createParamDecorator((place: string, host: ExecutionContext) => {
  note(`${place} ${hostOf(host)}`);
  return act(place, FACTORY, place);
});

export const play = (args: unknown[]): any => {
  const shown = show(args);
  note(`handler gets ${shown}`);
  // A copy: contexts hold functions, which are never equal.
  return act('handler', HANDLER, JSON.parse(shown));
};
