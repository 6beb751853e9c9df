import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../support/wait-until.js';
import { type Desk, promptsOfPair } from './prompt.fixture.js';

Logger.overrideLogger(false);

const { pair, open } = promptsOfPair();

describe('at a terminal', () => {
  const tab = async (desk: Desk, line: string) => {
    const from = desk.output.text.length;
    desk.input.write(`${line}\t`);
    await waitUntil('the line', () => desk.output.text.slice(from).includes(line));
    await waitUntil('the end of completion', async () => {
      const before = desk.output.text.length;
      await new Promise((resolve) => setImmediate(resolve));
      return before === desk.output.text.length;
    });
    return desk.output.text.slice(from);
  };

  it('completes commands and names', async () => {
    expect(await tab(open({ terminal: true }), 'no')).toMatch(/nodes$/);
    expect(await tab(open({ terminal: true }), 'call math.ad')).toMatch(/call math\.add$/);
  });

  it('has colours where the terminal takes them', async () => {
    const coloured = open({ terminal: true, colours: true });
    coloured.input.write('nodes -f node-2\n');
    await waitUntil('colours', () => coloured.output.text.includes('\u001b[42m ONLINE \u001b'));
    const plain = open({ terminal: true });
    plain.input.write('nodes -f node-2\n');
    await waitUntil('a table', () => plain.output.text.includes('│  ONLINE  │'));
  });

  it('ends the wait for a call at Ctrl-C, and goes on', async () => {
    const desk = open({ terminal: true });
    desk.input.write('call math.slow\n');
    await waitUntil('the call', () => pair().one.broker.parts.requester.pending.size === 1);
    desk.input.write('\u0003');
    await waitUntil('the error', () => desk.output.text.includes('RequestAbortedError: '));
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
  });

  it('ends the wait for local handlers of an event at Ctrl-C', async () => {
    let hear!: () => void;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const events = { 'slow.event': () => (hear(), held) };
    const handle = await pair().one.broker.createService({ name: 'slow', events });
    const desk = open({ terminal: true });
    desk.input.write('emit slow.event\n');
    await heard;
    desk.input.write('\u0003');
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
    release();
    await handle.destroy();
  });

  it('drops the line at Ctrl-C, and ends when there is none', async () => {
    const desk = open({ terminal: true });
    desk.input.write('emit user.created');
    desk.input.write('\u0003');
    desk.input.write('call math.add --a 1 --b 1\n');
    await waitUntil('an answer', () => desk.output.text.includes('{ res: 2 }'));
    expect(desk.output.text).not.toContain('>> Emit');
    desk.input.write('\u0003');
    await desk.handle.closed;
  });

  it('ends at Ctrl-D', async () => {
    const desk = open({ terminal: true });
    desk.input.write('\u0004');
    await desk.handle.closed;
  });

  it('shows events above the line being typed', async () => {
    const desk = open({ terminal: true });
    desk.input.write('listener add news\n');
    await waitUntil('the listener', () => desk.output.text.includes('started listening'));
    desk.input.write('half a li');
    await waitUntil('the line', () => desk.output.text.endsWith('half a li'));
    await pair().one.broker.broadcastLocal('news', 1);
    await waitUntil('the line again', () =>
      /with payload: 1 .*\n[^\n]*mol \$ half a li/.test(desk.output.text),
    );
  });

  it('keeps its history in a file for its owner', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'repl-'));
    const historyPath = join(folder, 'history');
    writeFileSync(historyPath, 'foo\nnodes\n', { mode: 0o600 });
    const desk = open({ terminal: true, historyPath });
    desk.input.write('\u001b[A\u001b[A\n');
    await waitUntil('the old line', () => desk.output.text.includes("unknown command 'foo'"));
    desk.input.write('exit\n');
    await desk.handle.closed;
    expect(readFileSync(historyPath, 'utf8')).toBe('foo\nnodes\nfoo\nexit\n');
    expect(statSync(historyPath).mode & 0o777).toBe(0o600);
    const nowhere = open({ terminal: true, historyPath: join(folder, 'no', 'file') });
    nowhere.input.write('exit\n');
    await nowhere.handle.closed;
    expect(nowhere.output.text).toContain('The history could not be written to');
    rmSync(folder, { recursive: true });
  });
});
