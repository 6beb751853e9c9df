import type { Reporter, TestModule } from 'vitest/node';

/** Names at the end of a run with `--retry` the tests that passed only when tried again: races to be mended, not noise. */
export default class SecondTriesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = modules.flatMap(({ relativeModuleId, children }) =>
      [...children.allTests()]
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => `  ${relativeModuleId} > ${test.fullName}`),
    );
    if (names.length > 0) console.log(`\nPassed only when tried again, to be mended:\n${names.join('\n')}\n`);
  }
}
