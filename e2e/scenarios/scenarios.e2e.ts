import { describe, test } from "vitest";
import { byName, playableOn, scenarios } from "./index.ts";
import { playOnCluster } from "./on-cluster.ts";

describe.concurrent("on the cluster", () => {
  test.for(byName(playableOn("cluster", scenarios)))("%s", ([, scenario]) =>
    playOnCluster((world) => scenario.play(world)),
  );
});
