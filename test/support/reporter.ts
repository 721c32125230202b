import { DefaultReporter, type TestModule } from "vitest/node";

/** Vitest's own report, closed by one line that says how many passed and failed. */
export default class ClosingLineReporter extends DefaultReporter {
  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter["onTestRunEnd"]>): void {
    super.onTestRunEnd(modules, errors, reason);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules as readonly TestModule[]) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== "pending") counts[state] += 1;
      }
      // A file that could not even be loaded has failed, though it has no tests.
      if (
        module.state() === "failed" &&
        [...module.children.allTests()].every((test) => test.result().state !== "failed")
      ) {
        counts.failed += 1;
      }
    }
    counts.failed += errors.length;
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }
}
