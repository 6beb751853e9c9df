import { beforeAll, describe, expect, it } from 'vitest';
import { Editor } from '../support/editor.js';

const PROGRAM = `
import { Action, Context, InjectService, Service, ServiceBroker } from 'nestjs-moleculer';
import type { ActionTypes, ContractOf, ServiceClient } from 'nestjs-moleculer';

abstract class Base {
  /** Of the parent class. */
  ping(): string {
    return '';
  }
}
interface Later {
  /** How often. */
  n: number;
}
@Service('greeter')
export class GreeterService extends Base {
  /** Says hello. */
  @Action() hello(params: { /** Who is greeted. */ name: string }, ctx: Context): string {
    return params.name;
  }
  /** Takes its time. */
  @Action() async later(params?: Later): Promise<number> {
    return 1;
  }
}
declare module 'nestjs-moleculer' {
  interface ActionTypes extends ContractOf<GreeterService, 'greeter'> {
    /** Adds two numbers. */
    'math.add': (params: { a: number; b: number }) => number;
  }
}

declare const broker: ServiceBroker;
const client = broker.client<GreeterService>('greeter');
client.⟨client⟩hello({ name: 'x' });
client.⟨inherited⟩ping();
class User {
  constructor(@InjectService('greeter') readonly greeter: ServiceClient<GreeterService>) {}
  go = () => this.greeter.⟨injected⟩later();
}
client.⟨member⟩hello({ ⟨param⟩name: 'x' });

broker.⟨call⟩call('⟨name⟩greeter.hello', { ⟨callParam⟩name: 'x' });
broker.call('greeter.later', { ⟨laterParam⟩n: 1 });
export type Added = ActionTypes['⟨written⟩math.add'];
export type Hello = ActionTypes['⟨derived⟩greeter.hello'];
`;

describe('an editor', () => {
  let editor: Editor;
  beforeAll(() => {
    editor = new Editor(PROGRAM, 'test/contract/tsconfig.json');
    expect(editor.problems()).toEqual([]);
  }, 300_000);

  it.each([
    ['client', 'Says hello.', 'hello', /hello\(params: \{ name: string; \}, opts\?: .*Promise<string>$/],
    ['injected', 'Takes its time.', 'later', /later\(params\?: .*Promise<number>$/],
    ['inherited', 'Of the parent class.', 'ping', /ping\(.*Promise<string>$/],
  ])(
    'shows the docs of the method behind a call of a client, and finds it: %s',
    (place, docs, method, type) => {
      expect(editor.at(place)).toEqual({
        docs,
        definitions: [method],
        type: expect.stringMatching(type),
      });
    },
  );

  it('offers the methods of a client with their docs', () => {
    const offered = editor.offered('member');
    expect([...offered]).toEqual(
      expect.arrayContaining([
        ['hello', 'Says hello.'],
        ['later', 'Takes its time.'],
        ['ping', 'Of the parent class.'],
      ]),
    );
    expect(offered.size).toBe(3);
  });

  it('shows what a call by name takes and gives, and offers the names', () => {
    const { type, docs } = editor.at('call');
    expect(type).toMatch(/call<"greeter\.hello">\(.*params: \{ name: string; \}, opts\?: .*Promise<string>/);
    expect(docs).toContain('Calls an action by its full name');
    expect([...editor.offered('name').keys()]).toEqual(
      expect.arrayContaining(['greeter.hello', 'greeter.later', 'greeter.ping', 'math.add']),
    );
    expect([...editor.offered('callParam').keys()]).toContain('name');
  });

  it('offers the params of a call by name with their docs, and finds where the method declares them', () => {
    expect(editor.offered('laterParam').get('n')).toBe('How often.');
    expect(editor.at('laterParam')).toMatchObject({ docs: 'How often.', definitions: ['n'] });
  });

  it('shows the docs of an entry that is written by hand', () => {
    expect(editor.at('written')).toMatchObject({ docs: 'Adds two numbers.' });
  });

  // TypeScript keeps no declarations for keys that a mapped type renames: should it ever, the guide can promise more.
  it('has no docs of a name that comes from a class, but its type', () => {
    const { docs, type } = editor.at('derived');
    expect(docs).toBe('');
    expect(type).toMatch(/"greeter\.hello": \(params: \{ name: string; \}, ctx: Context/);
  });

  // Nor does the name in a call lead anywhere: for the language service it is a text that fits a type, not the key of anything.
  it('shows nothing at the name itself', () => {
    expect(editor.at('name')).toEqual({ type: '', docs: '', definitions: [] });
  });
});
