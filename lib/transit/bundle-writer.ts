import type { Context } from '../context/context.js';
import * as bundle from '../protocol/bundle.js';
import type { Dialect } from '../protocol/dialect.js';
import type { Dictionary, ErrorPayload } from '../protocol/packets.js';
import { quote } from '../protocol/quote.js';
import { orNull, valueText } from './json-text.js';
import type { MessageWriter, Prepared, ResponseHead } from './packet-writer.js';

/** Writes packets as entries of a bundle (`protocol/bundle.ts`): JSON text, short where a packet says nothing special. */
export class BundleWriter implements MessageWriter {
  private readonly actions = new Map<string, string>();

  prepare(value: unknown): Prepared {
    return valueText(value);
  }

  request(dialect: Dialect, ctx: Context, action: string): string {
    const head = `[${bundle.REQUEST},${quote(ctx.id)}${this.actionText(action)}${valueText(ctx.params)},${ctx.timeout ?? 0}`;
    // A root call has its own ID for a request ID.
    if (ctx.ownRequestID === null && isPlain(ctx)) return head + ']';
    return `${head},${quote(ctx.requestID)}${origin(dialect, ctx)}]`;
  }

  response(dialect: Dialect, head: ResponseHead, data: unknown): string {
    const text = JSON.stringify(data) as string | undefined;
    const id = quote(head.id);
    return text === undefined
      ? `[${bundle.NO_RESULT},${id}${extras(dialect, head)}]`
      : `[${bundle.RESULT},${id},${text}${extras(dialect, head)}]`;
  }

  failure(dialect: Dialect, head: ResponseHead, error: ErrorPayload): string {
    return `[${bundle.FAILURE},${quote(head.id)},${quote(error)}${extras(dialect, head)}]`;
  }

  event(
    dialect: Dialect,
    ctx: Context,
    id: string,
    data: Prepared,
    groups: readonly string[] | null,
    broadcast: boolean,
  ): string {
    return (
      `[${bundle.EVENT},${quote(id)},${quote(ctx.eventName as string)},${data as string}` +
      `,${groups === null ? 'null' : quote(groups)},${broadcast ? 1 : 0},${quote(ctx.requestID)}` +
      `${isPlain(ctx) ? '' : origin(dialect, ctx)}]`
    );
  }

  private actionText(action: string): string {
    let text = this.actions.get(action);
    if (text === undefined) {
      if (this.actions.size >= 10_000) this.actions.clear();
      text = `,${quote(action)},`;
      this.actions.set(action, text);
    }
    return text;
  }
}

/** Nothing but an ID, name and payload: a root call or event without meta and headers. */
function isPlain(ctx: Context): boolean {
  return (
    ctx.ownMeta === null &&
    ctx.ownHeaders === null &&
    ctx.level === 1 &&
    ctx.parentID === null &&
    ctx.caller === null &&
    ctx.tracing === null
  );
}

function origin(dialect: Dialect, ctx: Context): string {
  return (
    `,${mapText(ctx.ownMeta)},${dialect.carriesHeaders ? mapText(ctx.ownHeaders) : 'null'},${ctx.level}` +
    `,${orNull(ctx.parentID)},${orNull(ctx.caller)},${ctx.tracing}`
  );
}

function extras(dialect: Dialect, { meta, headers }: ResponseHead): string {
  const told = dialect.carriesHeaders ? headers : null;
  return meta === null && told === null ? '' : `,${mapText(meta)},${mapText(told)}`;
}

function mapText(map: Dictionary | null): string {
  return map === null ? 'null' : quote(map);
}
