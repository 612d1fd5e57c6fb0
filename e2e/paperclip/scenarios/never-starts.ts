import { expect } from "vitest";
import { expectNotHeld } from "./checks.ts";
import type { Scenario } from "./scenario.ts";

/** Nothing was begun, so Paperclip may try again without asking anybody. */
export const neverStarts: Scenario = {
  name: "a pod that never starts: Paperclip retries by itself, and the retry succeeds when the cause is gone",
  async play(office) {
    const { api } = office.paperclip;
    const config = { nodeSelector: "example.com/none=such", scheduleTimeoutSec: 10 };
    const worker = await office.hire({ model: "pace-2s-1000ms", config });
    const issue = await worker.assign("Begin, if you can.");

    // Before its end: Paperclip begins the retry at once, with the configuration that there is then.
    await worker.untilLogged(0, /No node may take the pod/);
    await api.patchAgent(worker.agent.id, { adapterConfig: { nodeSelector: "" } });
    const run = await worker.ended(0);

    expect(run).toMatchObject({ status: "failed", errorCode: "k8s_pod_schedule_failed" });
    await expectNotHeld(office, issue);
    const retry = await worker.finish(1, issue);
    expect(retry).toMatchObject({ status: "succeeded", contextSnapshot: { retryOfRunId: run.id } });
  },
};
