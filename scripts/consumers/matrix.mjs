/** What was tried, a line each, printed as it comes and once more, sorted, at the end. */
export class Matrix {
  rows = [];

  /**
   * @param {{ nest: string, how: string, node?: string, combination?: string }} row `combination`: one of those that must be there
   * @param {{ code: number | null, stdout: string, stderr: string }} result of the program
   * @param {string} said what a passed one showed
   */
  add(row, result, said) {
    const ok = result.code === 0;
    this.rows.push({ ...row, ok, said: ok ? said : `exit code ${result.code}` });
    console.log(this.line(this.rows.at(-1)));
    if (!ok) console.log(`${result.stdout}${result.stderr}`.trimEnd());
    return ok;
  }

  /** What cannot work, seen to fail with the text that says so. */
  cannot(row, result, text, instead) {
    const ok = result.code !== 0 && `${result.stdout}${result.stderr}`.includes(text);
    const said = ok ? `${text}; ${instead}` : `should have failed with '${text}'; exit code ${result.code}`;
    this.rows.push({ ...row, ok, cannot: true, said });
    console.log(this.line(this.rows.at(-1)));
    if (!ok) console.log(`${result.stdout}${result.stderr}`.trimEnd());
  }

  line({ nest, how, node, ok, cannot, said }) {
    const state = !ok ? 'FAILED' : cannot ? 'cannot' : 'passed';
    return `${state}  Nest ${nest.padEnd(8)} ${how.padEnd(46)} ${node ? `Node ${node}`.padEnd(13) : ' '.repeat(13)}  ${said}`;
  }

  /** Prints all; whether nothing failed and no wanted combination is missing. */
  summary(combinations) {
    const order = ({ nest, how, node }) => `${nest} ${how} ${node ?? ''}`;
    console.log('\nThe packed library in fresh applications:\n');
    for (const row of [...this.rows].sort((a, b) => (order(a) < order(b) ? -1 : 1)))
      console.log(this.line(row));
    const covered = new Set(this.rows.filter(({ ok }) => ok).map(({ combination }) => combination));
    const missing = combinations.filter((combination) => !covered.has(combination));
    for (const combination of missing) console.log(`MISSING ${combination}`);
    const failed = this.rows.filter(({ ok }) => !ok).length;
    console.log(
      `\n${this.rows.length - failed} of ${this.rows.length} as they should be, ${combinations.length - missing.length} of ${combinations.length} combinations covered`,
    );
    return failed === 0 && missing.length === 0;
  }
}
