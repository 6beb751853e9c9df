import type { Subscription } from 'rxjs';
import parse from 'yargs-parser';
import * as messages from '../messages/repl.messages.js';
import type { ReplCommand, Session } from './command.js';
import { eventNames } from './known-names.js';
import { printable } from './screen.js';
import { UsageError } from './usage.error.js';

const VERBS = ['add', 'remove', 'list'];

interface Interest {
  readonly eventName: string;
  readonly group?: string;
}

/** One for each prompt: it knows what the prompt listens to. */
export class ListenerCommand implements ReplCommand {
  readonly name = 'listener';
  readonly usage = `<${VERBS.join('|')}> [event]`;
  readonly summary = 'Show events as they arrive';
  readonly flags = [
    {
      form: '-g, --group <name>',
      text: 'share the events with the listeners of this group (default: see all)',
    },
  ];
  private readonly active = new Map<string, { interest: Interest; subscription: Subscription }>();

  run(args: readonly string[], session: Session): void {
    const { _: words, ...flags } = parse([...args], {
      string: ['group', '_'],
      alias: { group: 'g' },
      configuration: { 'strip-aliased': true, 'boolean-negation': false },
    });
    const unknown = Object.keys(flags).find((key) => key !== 'group');
    if (unknown !== undefined) throw new UsageError(messages.unknownFlag(`--${unknown}`));
    const [verb, eventName, extra] = words.map(String);
    if (verb === undefined) throw new UsageError(messages.missingArgument(VERBS.join('|')));
    if (!VERBS.includes(verb)) throw new UsageError(messages.unknownListenerVerb(verb));
    if (verb === 'list') {
      this.list(session);
      return;
    }
    if (eventName === undefined) throw new UsageError(messages.missingArgument('event'));
    if (extra !== undefined) throw new UsageError(messages.unexpectedArgument(extra));
    const interest = { eventName, ...readGroup(flags['group']) };
    if (verb === 'add') this.add(interest, session);
    else this.remove(interest, session);
  }

  complete(before: readonly string[], session: Session): readonly string[] {
    if (before.length === 0) return VERBS;
    if (before.length > 1) return [];
    if (before[0] === 'add') return eventNames(session);
    return before[0] === 'remove' ? [...this.active.values()].map(({ interest }) => interest.eventName) : [];
  }

  private add(interest: Interest, session: Session): void {
    const { eventName, group } = interest;
    const key = JSON.stringify([eventName, group]);
    if (this.active.has(key)) {
      session.screen.print(messages.listeningAlready(eventName, group));
      return;
    }
    const subscription = session.broker
      .events<unknown>(eventName, group === undefined ? {} : { group })
      .subscribe(({ event, sender, payload, meta }) => {
        const { screen } = session;
        const text = messages.eventHeard(
          printable(event),
          printable(sender),
          screen.show(payload),
          screen.show(meta),
        );
        session.notify(text);
      });
    this.active.set(key, { interest, subscription });
    session.lifetime.add(subscription);
    session.screen.print(messages.listening(eventName, group));
  }

  private remove({ eventName, group }: Interest, { screen }: Session): void {
    const key = JSON.stringify([eventName, group]);
    const found = this.active.get(key);
    found?.subscription.unsubscribe();
    this.active.delete(key);
    screen.print(found ? messages.listeningEnded(eventName, group) : messages.notListening(eventName, group));
  }

  private list({ screen }: Session): void {
    screen.print(
      messages.listeningTo(screen.show([...this.active.values()].map(({ interest }) => interest))),
    );
  }
}

function readGroup(value: unknown): { group?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string' || value === '') throw new UsageError(messages.flagNeedsValue('--group'));
  return { group: value };
}
