import { expect } from "vitest";
import { textOf } from "../index.ts";
import { untilAtRest } from "./checks.ts";
import { CLOSE_ISSUE } from "./close-issue.ts";
import type { Scenario } from "./scenario.ts";

/** One run is all that an agent costs that closes its issue itself. */
export const ownIssue: Scenario = {
  name: "an agent sets its issue to done from inside the pod, with its token; then a second heartbeat goes on with its session",
  async play(office) {
    const { api } = office.paperclip;
    const worker = await office.hire({ model: "commands" });
    const issue = await worker.assign(`$ ${CLOSE_ISSUE}`);

    const run = await worker.ended(0);

    expect(run).toMatchObject({ status: "succeeded", exitCode: 0, signal: null, error: null, errorCode: null });
    expect(await api.getIssue(issue.id), textOf(await api.getRunLog(run.id))).toMatchObject({ status: "done" });
    const comments = await api.comments(issue.id);
    expect(comments).toContainEqual(
      expect.objectContaining({ body: "Closed from inside the pod.", authorAgentId: worker.agent.id }),
    );
    expect(await worker.runs()).toHaveLength(1);

    await untilAtRest(office, worker);
    await worker.tell(issue, "Once more, please.", { reopen: true });

    const session = run.sessionIdAfter;
    expect(await worker.ended(1)).toMatchObject({
      status: "succeeded",
      sessionIdBefore: session,
      sessionIdAfter: session,
    });
    expect(
      worker
        .asked(session)
        .at(-1)
        ?.messages.filter(({ role }) => role === "user"),
    ).toHaveLength(2);
    await api.patchIssue(issue.id, { status: "done" });
  },
};
