import { describe, test } from "vitest";
import { expectNoCrash } from "./crashes.ts";
import { playFault } from "./play.ts";
import { sharedFaults } from "./scenarios/index.ts";

expectNoCrash();

describe.concurrent("faults that nobody else notices", { timeout: 12 * 60_000 }, () => {
  for (const fault of sharedFaults) test(fault.name, (context) => playFault(fault, context));
});
