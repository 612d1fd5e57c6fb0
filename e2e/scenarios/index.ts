export { byName } from "../by-name.ts";
export { playableOn } from "./playable-on.ts";
import { adoption, adoptionOfTask, anotherWake } from "./adoption.ts";
import { awkwardPrompts } from "./awkward-prompt.ts";
import { badInput } from "./bad-input.ts";
import { brokenWays, moreBrokenWays } from "./broken-way.ts";
import { cancel } from "./cancel.ts";
import { cancelPhases } from "./cancel-phases.ts";
import { cuts } from "./cuts.ts";
import { endedByOther } from "./ended-by-others.ts";
import { failingModel } from "./failing-model.ts";
import { frozenContainerd } from "./frozen-containerd.ts";
import { largeLogs, longLine } from "./large-log.ts";
import { lateStarts } from "./late-start.ts";
import { leasesTouched } from "./lease-touched.ts";
import { leaseLost } from "./lease-lost.ts";
import { limit } from "./limit.ts";
import { logCleaned } from "./log-cleaned.ts";
import { manyKeys } from "./many-keys.ts";
import { neverStarted } from "./never-starts.ts";
import { missingRights } from "./missing-right.ts";
import { clockSteps } from "./node-clock.ts";
import { nodeLost } from "./node-lost.ts";
import { oneAtATime, tasksAtOnce } from "./one-at-a-time.ts";
import { apiServerRestart, outages } from "./outages.ts";
import { poorDisks } from "./poor-disk.ts";
import { resume } from "./resume.ts";
import type { DisruptiveScenario, Scenario } from "./scenario.ts";
import { textAndTools } from "./text-and-tools.ts";
import { justInTime, timeout } from "./timeout.ts";
import { tokenRevoked } from "./token-revoked.ts";
import { unknownImage } from "./unknown-image.ts";
import { unpaid } from "./unpaid.ts";

/** Scenarios of `pnpm e2e` that disturb nobody else on the cluster. */
export const scenarios: readonly Scenario[] = [
  textAndTools,
  resume,
  manyKeys,
  logCleaned,
  failingModel,
  unpaid,
  limit,
  unknownImage,
  cancel,
  leaseLost,
  adoption,
  adoptionOfTask,
  anotherWake,
  oneAtATime,
  tasksAtOnce,
  timeout,
  justInTime,
  ...badInput,
  longLine,
  ...brokenWays,
];

/** Scenarios of `pnpm e2e` that kill or freeze a part of the cluster, for everybody who uses it. */
export const disruptiveScenarios: readonly DisruptiveScenario[] = [apiServerRestart, frozenContainerd];

/** Those that only `pnpm e2e:faults` plays on a cluster, because they take long. */
export const faults: readonly Scenario[] = [
  cuts,
  ...moreBrokenWays,
  tokenRevoked,
  ...largeLogs,
  ...clockSteps,
  ...endedByOther,
  ...leasesTouched,
  ...lateStarts,
  ...neverStarted,
  ...cancelPhases,
  ...awkwardPrompts,
  ...poorDisks,
  ...missingRights,
];
export const disruptiveFaults: readonly DisruptiveScenario[] = [...outages, nodeLost];
