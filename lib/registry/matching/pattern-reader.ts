/** The pattern is not a valid one, or goes beyond what is followed; it matches nothing. */
export class PatternSyntaxError extends Error {}

/** Walks over the source of a pattern, one UTF-16 code unit after another. */
export class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  get done(): boolean {
    return this.at >= this.source.length;
  }

  sees(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  eat(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at += text.length;
    return true;
  }

  take(): number {
    if (this.done) throw new PatternSyntaxError('unexpected end');
    return this.source.charCodeAt(this.at++);
  }

  skip(count: number): void {
    this.at += count;
  }

  /** The digits that come next, at most `max` of them, each below `base`; they are left where they are. */
  peekDigits(base: number, max: number): string {
    let end = this.at;
    while (end < this.source.length && end - this.at < max && isDigit(this.source[end], base)) end++;
    return this.source.slice(this.at, end);
  }

  /** `{2}`, `{2,}` or `{2,3}`, if that comes next; anything else after a brace is plain text. */
  peekCount(): { min: number; max: number; length: number } | null {
    if (!this.sees('{')) return null;
    const start = this.at;
    this.at++;
    const low = this.peekDigits(10, Infinity);
    this.at += low.length;
    const open = this.eat(',');
    const high = open ? this.peekDigits(10, Infinity) : low;
    if (open) this.at += high.length;
    const valid = low !== '' && this.eat('}');
    const length = this.at - start;
    this.at = start;
    return valid ? { min: Number(low), max: high === '' ? Infinity : Number(high), length } : null;
  }

  /** Groups of the whole source: parentheses that are neither escaped nor in a class. */
  countGroups(): number {
    let count = 0;
    let inClass = false;
    for (let i = 0; i < this.source.length; i++) {
      const char = this.source[i];
      if (char === '\\') i++;
      else if (char === '[') inClass = true;
      else if (char === ']') inClass = false;
      else if (char === '(' && !inClass) count++;
    }
    return count;
  }
}

function isDigit(char: string, base: number): boolean {
  const value = Number.parseInt(char, base);
  return !Number.isNaN(value);
}
