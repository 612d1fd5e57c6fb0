import { againAndAgain } from "./again-and-again.ts";
import { awkwardOutput } from "./awkward-output.ts";
import { cancelKinds } from "./cancel-kinds.ts";
import { cancelPhases } from "./cancel-phases.ts";
import { comment } from "./comment.ts";
import { environmentTest } from "./environment-test.ts";
import { failingModel } from "./failing-model.ts";
import { modelsAndSkills } from "./models-and-skills.ts";
import { neverStarts } from "./never-starts.ts";
import { ownIssue } from "./own-issue.ts";
import type { Scenario } from "./scenario.ts";
import { secretsCanary } from "./secrets-canary.ts";

export { Office, type Position } from "./office.ts";
export type { Worker } from "./worker.ts";

export const scenarios: readonly Scenario[] = [
  againAndAgain,
  awkwardOutput,
  ...cancelKinds,
  ...cancelPhases,
  comment,
  environmentTest,
  failingModel,
  modelsAndSkills,
  neverStarts,
  ownIssue,
  secretsCanary,
];
