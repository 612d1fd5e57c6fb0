import { buildInstallation } from "@opencode-k8s/job-manifest";
import { expect, test } from "vitest";
import { accountOf, openClusterWorld, settings } from "../world/index.ts";

/** What is there for answers that get lost and for runs that do not start; a run that goes well has no use for it. */
const FOR_FAILURES = ["get jobs", "get leases", "get pods", "get persistentvolumeclaims", "list events"];
/** Every identity may ask what it may do; the suite waits so for its Role to have effect. */
const OF_EVERYBODY = "create selfsubjectaccessreviews";

test("a run with its database on a claim needs each right of the Role that is not for failures, and no other", async (context) => {
  await using world = await openClusterWorld(settings());
  const { driver, user, namespace } = world.parts;
  if (!driver) return context.skip("nobody tells what was asked of this API server");
  const since = Date.now() - 60_000;

  const run = world.heartbeat({ config: { agentDbMode: "dedicated_pvc" } });

  const result = await run.heartbeat.result;
  expect(accountOf(result).log.complete).toBe(true);
  expect(result).toMatchObject({ exitCode: 0 });
  const features = { databaseClaims: true, explainPending: true };
  const { rights } = buildInstallation({ namespace, features });
  const granted = rights.flatMap(({ rule }) => rule.verbs.map((verb) => `${verb} ${rule.resources?.join()}`));
  const isUsed = (asked: string): boolean => !FOR_FAILURES.includes(asked) && asked !== OF_EVERYBODY;
  const wanted = granted.filter(isUsed).toSorted();
  let used: string[] = [];
  const isComplete = async (): Promise<boolean> => {
    used = [...(await driver.requestsOf(user, since)).keys()].filter(isUsed).toSorted();
    return wanted.every((right) => used.includes(right));
  };
  // A watch is in the audit log when it is over, which is when the run has left nothing behind.
  await world.eventually(300_000, "each right was used", isComplete).catch(() => undefined);
  expect(used).toEqual(wanted);
});
