import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../../lib/moleculer.version.js';
import { waitUntil } from '../../support/wait-until.js';
import { type Desk, openDesk, startPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

let pair: Awaited<ReturnType<typeof startPair>>;
let desk: Desk;

beforeAll(async () => {
  pair = await startPair();
  desk = openDesk(pair.one.broker);
});

afterAll(async () => {
  await desk.handle.close();
  await pair.stop();
});

const table = (text: string) => `${text.trim()}\n\n\n`;
const version = VERSION.padStart(7);

describe('nodes', () => {
  it('lists the nodes', async () => {
    expect(await desk.type('nodes')).toBe(
      table(`
╔════════════╤══════════╤═════════╤════════╤═══════════╤══════════╤═════╗
║ Node ID    │ Services │ Version │ Client │ IP        │    State │ CPU ║
╟────────────┼──────────┼─────────┼────────┼───────────┼──────────┼─────╢
║ node-1 (*) │ 2        │ ${version} │ nodejs │ 192.0.2.2 │  ONLINE  │ ?   ║
║ node-2     │ 2        │ ${version} │ nodejs │ 192.0.2.2 │  ONLINE  │ ?   ║
╚════════════╧══════════╧═════════╧════════╧═══════════╧══════════╧═════╝`),
    );
  });

  it('lists their services with -d, filtered with -f', async () => {
    expect(await desk.type('nodes -d -f node-2')).toBe(
      table(`
╔═════════╤══════════╤═════════╤════════╤═══════════╤══════════╤═════╗
║ Node ID │ Services │ Version │ Client │ IP        │    State │ CPU ║
╟─────────┼──────────┼─────────┼────────┼───────────┼──────────┼─────╢
║ node-2  │ 2        │ ${version} │ nodejs │ 192.0.2.2 │  ONLINE  │ ?   ║
║         │ $node    │       - │        │           │          │     ║
║         │ math     │       - │        │           │          │     ║
╚═════════╧══════════╧═════════╧════════╧═══════════╧══════════╧═════╝`),
    );
  });

  it('shows the load where it is known', async () => {
    pair.one.registry.heartbeat('node-2', 31);
    expect(await desk.type('nodes --filter node-2')).toContain('│ [■■■■■■..............] 31% ║');
    pair.one.registry.node('node-2')!.cpu = null;
  });
});

describe('services', () => {
  it('lists the services and where they are', async () => {
    expect(await desk.type('services -i')).toBe(
      table(`
╔═════════╤═════════╤══════════╤═════════╤════════╤═══════╗
║ Service │ Version │    State │ Actions │ Events │ Nodes ║
╟─────────┼─────────┼──────────┼─────────┼────────┼───────╢
║ greeter │       1 │    OK    │       2 │      2 │ (*) 1 ║
║ math    │       - │    OK    │       3 │      1 │ 1     ║
╚═════════╧═════════╧══════════╧═════════╧════════╧═══════╝`),
    );
  });

  it('lists nodes with -d', async () => {
    expect(await desk.type('services -di')).toBe(
      table(`
╔═════════╤═════════╤══════════╤═════════╤════════╤═════════╗
║ Service │ Version │    State │ Actions │ Events │ Nodes   ║
╟─────────┼─────────┼──────────┼─────────┼────────┼─────────╢
║ greeter │       1 │    OK    │       2 │      2 │ (*) 1   ║
║         │         │    OK    │         │        │ <local> ║
╟─────────┼─────────┼──────────┼─────────┼────────┼─────────╢
║ math    │       - │    OK    │       3 │      1 │ 1       ║
║         │         │    OK    │         │        │ node-2  ║
╚═════════╧═════════╧══════════╧═════════╧════════╧═════════╝`),
    );
  });

  it('counts all nodes of a service, and shows only our own with -l', async () => {
    const text = await desk.type('services -l');
    expect(text).toContain('║ $node   │       - │    OK    │       7 │      0 │ (*) 1 ║');
    expect(text).not.toContain('math');
    expect(await desk.type('services')).toContain(
      '║ $node   │       - │    OK    │       7 │      0 │ (*) 2 ║',
    );
  });
});

describe('actions', () => {
  it('lists the actions, service by service', async () => {
    expect(await desk.type('actions -i')).toBe(
      table(`
╔══════════════════╤═══════╤══════════╤════════╤════════╗
║ Action           │ Nodes │ State    │ Cached │ Params ║
╟──────────────────┼───────┼──────────┼────────┼────────╢
║ math.add         │     1 │    OK    │   No   │ a, b   ║
║ math.echo        │     1 │    OK    │   No   │        ║
║ math.slow        │     1 │    OK    │   No   │        ║
╟──────────────────┼───────┼──────────┼────────┼────────╢
║ v1.greeter.fail  │ (*) 1 │    OK    │   No   │        ║
║ v1.greeter.hello │ (*) 1 │    OK    │  Yes   │ name   ║
╚══════════════════╧═══════╧══════════╧════════╧════════╝`),
    );
  });

  it('lists endpoints with -d', async () => {
    expect(await desk.type(`actions -d -f '*.add'`)).toBe(
      table(`
╔══════════╤════════╤══════════╤════════╤════════╗
║ Action   │  Nodes │ State    │ Cached │ Params ║
╟──────────┼────────┼──────────┼────────┼────────╢
║ math.add │      1 │    OK    │   No   │ a, b   ║
║          │ node-2 │    OK    │        │        ║
╚══════════╧════════╧══════════╧════════╧════════╝`),
    );
    expect(await desk.type('actions --details --local -f v1.greeter.hello')).toContain(
      '│ <local> │    OK    │',
    );
  });

  it('shows what nobody offers any more with -a only', async () => {
    const handle = await pair.two.broker.createService({ name: 'gone', actions: { by: () => null } });
    await pair.one.broker.waitForServices('gone', 30_000);
    await handle.destroy();
    await waitUntil('the withdrawal', () => pair.one.registry.action('gone.by')?.count === 0);
    expect(await desk.type('actions -f gone.by')).not.toContain('gone.by');
    expect(await desk.type('actions -a -f gone.by')).toContain(
      '║ gone.by │     0 │  FAILED  │   No   │        ║',
    );
  });
});

describe('events', () => {
  it('lists patterns and groups', async () => {
    expect(await desk.type('events -i')).toBe(
      table(`
╔══════════════╤═════════╤══════════╤═══════╤════════╗
║ Event        │   Group │ State    │ Nodes │ Params ║
╟──────────────┼─────────┼──────────┼───────┼────────╢
║ order.**     │ greeter │    OK    │ (*) 1 │        ║
║ user.created │    mail │    OK    │ (*) 1 │        ║
║ user.created │    math │    OK    │ 1     │        ║
╚══════════════╧═════════╧══════════╧═══════╧════════╝`),
    );
  });

  it('lists listeners with -d', async () => {
    const text = await desk.type('events -d -f user.created');
    expect(text).toContain('║              │       │    OK    │ <local> │        ║');
    expect(text).toContain('║              │       │    OK    │ node-2  │        ║');
  });
});

describe('every list', () => {
  it('refuses what it does not know', async () => {
    expect(await desk.type('nodes -x')).toBe("error: unknown option '-x'\n\n");
    expect(await desk.type('nodes --local')).toBe("error: unknown option '--local'\n\n");
    expect(await desk.type('services all')).toBe("error: unexpected argument 'all'\n\n");
    expect(await desk.type('events -f')).toBe("error: option '--filter' needs a value\n\n");
  });

  it('stays a table whatever names other nodes bear', async () => {
    const name = 'evil\u001b[2J\n\t';
    const handle = await pair.two.broker.createService({ name, actions: { x: () => null } });
    await pair.one.broker.waitForServices(name, 30_000);
    const text = await desk.type('services');
    expect(text).toContain('║ evil\\x1b[2J\\x0a\\x09 │');
    expect(text).not.toContain('\u001b');
    await handle.destroy();
    await waitUntil('the withdrawal', () => !pair.one.registry.hasService(name));
  });
});
