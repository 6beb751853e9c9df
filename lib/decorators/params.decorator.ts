import { declareArgument, PAYLOAD } from './argument-metadata.js';
import type { Pipe } from './argument-metadata.js';

function payload(decorator: string, keyOrPipe: string | Pipe | undefined, more: Pipe[]): ParameterDecorator {
  const data = typeof keyOrPipe === 'string' ? keyOrPipe : undefined;
  const pipes = keyOrPipe === undefined || data !== undefined ? more : [keyOrPipe as Pipe, ...more];
  return declareArgument(decorator, PAYLOAD, { data, pipes });
}

/**
 * The params of the call, or one of them. Pipes see it as `'body'`, so `ValidationPipe` validates it.
 *
 * @publicApi
 */
export function Params(...pipes: Pipe[]): ParameterDecorator;
export function Params(key: string, ...pipes: Pipe[]): ParameterDecorator;
export function Params(keyOrPipe?: string | Pipe, ...pipes: Pipe[]): ParameterDecorator {
  return payload('@Params', keyOrPipe, pipes);
}

/**
 * The payload of the event, or one of its properties. The same as `@Params`.
 *
 * @publicApi
 */
export function Payload(...pipes: Pipe[]): ParameterDecorator;
export function Payload(key: string, ...pipes: Pipe[]): ParameterDecorator;
export function Payload(keyOrPipe?: string | Pipe, ...pipes: Pipe[]): ParameterDecorator {
  return payload('@Payload', keyOrPipe, pipes);
}
