import { describe, test } from "vitest";
import { byName } from "../by-name.ts";
import { expectNoCrash } from "./crashes.ts";
import { playFault } from "./play.ts";
import { sharedFaults } from "./scenarios/index.ts";

expectNoCrash();

describe.concurrent("faults that nobody else notices", { timeout: 30 * 60_000 }, () => {
  test.for(byName(sharedFaults))("%s", ([, fault], context) => playFault(fault, context));
});
