import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyContext, anyError, anyOutcome, anyRun } from "../../packages/adapter/test/any-outcome.ts";
import { conclude, resultOfError } from "../../packages/adapter/test/outcomes.ts";
import { SEED } from "../seed.ts";
import { installPaperclip } from "./install.ts";

type Result = ReturnType<typeof conclude>;

/** A failed run, as far as Paperclip's recovery looks at it. */
interface FailedRun {
  readonly errorCode: string | null;
  readonly error: string | null;
  readonly resultJson: Record<string, unknown>;
}

/** What Paperclip's recovery makes of one, by its code, and by the words in it. */
interface Recovery {
  classifyAdapterFailureForRecovery(run: FailedRun): { readonly kind: string } | null;
  classifyContinuationFailure(run: FailedRun): { readonly kind: string };
}

/** Paperclip's own code. It is part of no interface: where it moves, this says so. */
async function recovery(): Promise<Recovery> {
  const { folder } = await installPaperclip();
  const file = join(folder, "node_modules/@paperclipai/server/dist/services/recovery/service.js");
  return (await import(pathToFileURL(file).href)) as Recovery;
}

/** As Paperclip stores a result. */
function stored({ errorCode, errorMessage, errorFamily, retryNotBefore, resultJson }: Result): FailedRun {
  const more = { ...(errorFamily && { errorFamily }), ...(retryNotBefore && { retryNotBefore }) };
  return { errorCode: errorCode ?? null, error: errorMessage ?? null, resultJson: { ...resultJson, ...more } };
}

test("whatever the cluster, the provider and OpenCode say, Paperclip takes a failure for what its code says", async () => {
  const { classifyAdapterFailureForRecovery, classifyContinuationFailure } = await recovery();
  const classify = (result: Result): [reading: string, recovery: string] => {
    const run = stored(result);
    return [classifyAdapterFailureForRecovery(run)?.kind ?? "as it is", classifyContinuationFailure(run).kind];
  };
  const read = (result: Result): void => {
    if (result.errorCode === undefined) return;
    const isIncomplete = result.errorCode === "configuration_incomplete";
    const isTimeout = result.errorCode === "timeout";
    expect(classify(result)).toEqual([
      isIncomplete ? "configuration_incomplete" : "as it is",
      isTimeout ? "transient_infra" : "default",
    ]);
  };
  const runs = { numRuns: 500, seed: SEED };
  fc.assert(
    fc.property(anyOutcome, anyRun, (outcome, run) => read(conclude(outcome, run))),
    runs,
  );
  fc.assert(
    fc.property(anyError, anyContext, (error, context) => read(resultOfError(error, context))),
    runs,
  );
  // It is the real thing: of a code that we never give it reads the words.
  const misread = { errorCode: "adapter_failed", errorMessage: "You've hit your usage limit." } as Result;
  expect(classify(misread)[0]).toBe("provider_quota");
});
