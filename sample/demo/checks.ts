import { paint, print } from './screen.js';

/** Shows what was found, and remembers what was not as it should be. */
export class Checks {
  /** What failed, each with the chapter it belongs to. */
  readonly failed: string[] = [];
  private passed = 0;
  private title = '';

  constructor(private readonly show: (line?: string) => void = print) {}

  /**
   * Tells one part of the story. If it breaks off, that is a failed check, and the next part goes on.
   *
   * @param gist what the part shows, in half a sentence
   */
  async chapter(title: string, gist: string, tell: () => Promise<void>): Promise<void> {
    this.title = title;
    this.show();
    this.show(`${paint('bold', `${title}:`)} ${paint('dim', gist)}`);
    try {
      await tell();
    } catch (error) {
      this.check(
        'the chapter breaks off',
        false,
        error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      );
    }
  }

  /**
   * One line of the story.
   *
   * @param ok whether the answer was the right one
   * @param detail the answer itself
   */
  check(what: string, ok: boolean, detail: string): void {
    if (ok) this.passed++;
    else this.failed.push(`${this.title}: ${what} (${detail})`);
    this.show(`  ${ok ? paint('green', '✔') : paint('red', '✘')} ${what.padEnd(36)} ${detail}`);
  }

  /** The last words; whether all is well. A story without a single check is none. */
  summary(): boolean {
    const count = this.passed + this.failed.length;
    const ok = this.failed.length === 0 && count > 0;
    this.show();
    if (ok) this.show(paint('green', `✔ All ${count} checks passed.`));
    else this.show(paint('red', `✘ ${this.failed.length} of ${count} checks failed:`));
    for (const failure of this.failed) this.show(paint('red', `  ✘ ${failure}`));
    return ok;
  }
}
