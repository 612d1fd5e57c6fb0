import type { FailureCase } from "../failure-case.ts";
import { containerCases } from "./containers.ts";
import { disruptionCases } from "./disruptions.ts";
import { endCases } from "./ends.ts";
import { healthyCases } from "./healthy.ts";
import { imageCases } from "./images.ts";
import { refusalCases } from "./refusals.ts";
import { schedulingCases } from "./scheduling.ts";

export { disruptiveCases } from "./disruptions.ts";

export const cases: readonly FailureCase[] = [
  ...healthyCases,
  ...imageCases,
  ...schedulingCases,
  ...containerCases,
  ...endCases,
  ...disruptionCases,
  ...refusalCases,
];
