import { test } from "vitest";
import { byName } from "../by-name.ts";
import { expectNoCrash } from "./crashes.ts";
import { playFault } from "./play.ts";
import { disruptiveFaults } from "./scenarios/index.ts";

expectNoCrash();

test.for(byName(disruptiveFaults))("%s", { timeout: 20 * 60_000 }, ([, fault], context) => playFault(fault, context));
