import type { Reporter, TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** What a scenario measured, one line each. */
    figures?: readonly string[];
  }
}

/** Ends the report with what was measured, and with one line that counts, and that names what this cluster could not show. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const names = { passed: [] as string[], failed: [] as string[], skipped: [] as string[], pending: [] as string[] };
    let broken = 0;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        names[test.result().state].push(test.name);
        for (const figures of test.meta().figures ?? []) console.log(`${test.name}: ${figures}`);
      }
      // A file that does not load has no tests that could fail.
      if (!module.ok() && module.children.size === 0) broken += 1;
    }
    const { passed, failed, skipped, pending } = names;
    const left = [...skipped, ...pending];
    const skips = left.length > 0 ? `, ${left.length} skipped: ${left.join("; ")}` : ", none skipped";
    console.log(`${passed.length} passed, ${failed.length + broken} failed${skips}`);
  }
}
