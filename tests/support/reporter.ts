import type { Reporter, TestModule } from 'vitest/node';

/** Prints one plain line per test file and one for the run: `N passed, N failed`, easy to read for people and scripts. */
export default class PlainLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const total = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const own = { passed: 0, failed: 0, skipped: 0 };
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state !== 'pending') own[state] += 1;
      }
      // a file that throws while loading has no tests of its own, yet it failed
      if (module.state() === 'failed' && own.failed === 0) own.failed = 1;
      console.log(line(module.relativeModuleId, own));
      total.passed += own.passed;
      total.failed += own.failed;
      total.skipped += own.skipped;
    }
    console.log(line('all tests', total));
  }
}

function line(name: string, count: { passed: number; failed: number; skipped: number }): string {
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  return `${name}: ${count.passed} passed, ${count.failed} failed${skipped}`;
}
