import { describe, test } from "vitest";
import { byName, scenarios } from "./index.ts";
import { playOnCluster } from "./on-cluster.ts";

describe.concurrent("on the cluster", () => {
  test.for(byName(scenarios))("%s", ([, scenario]) => playOnCluster((world) => scenario.play(world)));
});
