import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a test run with the list of what was skipped and why (a test states the reason in its title), and as the very
 * last line `N passed, N failed, N skipped`. The steps of `npm run check` are counted when `npm test` ran them first.
 */
export class Tally implements Reporter {
  readonly #write: (text: string) => void;
  readonly #env: NodeJS.ProcessEnv;

  constructor(write = (text: string) => void process.stdout.write(text), env = process.env) {
    this.#write = write;
    this.#env = env;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const checks = {
      passed: names(this.#env.HEDDLE_CHECKS_PASSED),
      failed: names(this.#env.HEDDLE_CHECKS_FAILED),
    };
    const skipped: string[] = [];
    let passed = checks.passed.length;
    let failed = checks.failed.length + unhandledErrors.length;
    for (const module of modules) {
      // A file that does not load has no tests to count and a hook is no test, yet they failed.
      for (const suite of [module, ...module.children.allSuites()]) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    const lines = skipped.length > 0 ? ['Skipped:', ...skipped.map((title) => `  ${title}`)] : [];
    if (checks.failed.length > 0) lines.push(`Failed checks: ${checks.failed.join(', ')}`);
    lines.push(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
    this.#write(`${lines.join('\n')}\n`);
  }
}

function names(list: string | undefined): string[] {
  return list ? list.split(',') : [];
}
