import { describe, expect, it } from 'vitest';
import { Checks } from '../../../sample/demo/checks.js';

function makeChecks() {
  const lines: string[] = [];
  const checks = new Checks((line = '') => lines.push(line));
  return { checks, lines, text: () => lines.join('\n') };
}

describe("the demo's checks", () => {
  it('passes when every check did', async () => {
    const { checks, text } = makeChecks();
    await checks.chapter('Calls', 'are made', async () => {
      checks.check('one', true, 'north 6');
      checks.check('two', true, 'south 6');
    });
    expect(checks.summary()).toBe(true);
    expect(text()).toMatch(/^Calls: are made$/m);
    expect(text()).toMatch(/✔ one +north 6$/m);
    expect(text()).toContain('✔ All 2 checks passed.');
    expect(text()).not.toContain('✘');
  });

  it('fails on a single wrong answer, shows it, and names it with its chapter at the end', async () => {
    const { checks, lines, text } = makeChecks();
    await checks.chapter('Calls', 'are made', async () => {
      checks.check('one', true, 'fine');
      checks.check('two', false, 'north 12, south 0');
      checks.check('three', true, 'fine');
    });
    expect(checks.failed).toHaveLength(1);
    expect(checks.summary()).toBe(false);
    expect(text()).toMatch(/✘ two +north 12, south 0$/m);
    expect(lines.at(-2)).toBe('✘ 1 of 3 checks failed:');
    expect(lines.at(-1)).toBe('  ✘ Calls: two (north 12, south 0)');
  });

  it('counts a chapter that breaks off as failed and tells the next one', async () => {
    const { checks, text } = makeChecks();
    await checks.chapter('Calls', '', () => Promise.reject(new TypeError('no broker')));
    await checks.chapter('Events', '', async () => checks.check('one', true, 'heard'));
    expect(checks.summary()).toBe(false);
    expect(text()).toMatch(/✔ one +heard$/m);
    expect(text()).toContain('✘ Calls: the chapter breaks off (TypeError: no broker)');
  });

  it('does not pass when nothing was checked', () => {
    expect(makeChecks().checks.summary()).toBe(false);
  });
});
