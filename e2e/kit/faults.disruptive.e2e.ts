import { test } from "vitest";
import { expectNoCrash } from "./crashes.ts";
import { playFault } from "./play.ts";
import { disruptiveFaults } from "./scenarios/index.ts";

expectNoCrash();

for (const fault of disruptiveFaults) test(fault.name, (context) => playFault(fault, context));
