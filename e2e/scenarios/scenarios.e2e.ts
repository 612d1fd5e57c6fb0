import { describe, test } from "vitest";
import { scenarios } from "./index.ts";
import { playOnCluster } from "./on-cluster.ts";

describe.concurrent("on the cluster", () => {
  test.for(scenarios)("$name", (scenario) => playOnCluster((world) => scenario.play(world)));
});
