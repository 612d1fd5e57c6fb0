import { Cluster } from "@opencode-k8s/k8s-kit";
import { VirtualClock } from "@opencode-k8s/kube-sim";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { expect, test } from "vitest";
import { SEED } from "../../seed.ts";
import { churn } from "./churn.ts";
import { countLines } from "./counts.ts";
import { TroubledCluster } from "./troubled-cluster.ts";

const TROUBLE_MS = 60_000;
/** Of virtual time: a pod's grace, and what is tried again until then. */
const COLLECTED_MS = 180_000;

test("a minute of random faults: each run has a result, no line is doubled or lost without a word, nothing is left", async () => {
  const clock = new VirtualClock();
  const troubled = new TroubledCluster(clock, SEED);
  const { fetch } = troubled.sim;
  const transport = {
    call: fetch,
    stream: fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://kube-sim", transport, clock, random: () => 0.5 });
  const config = { model: "bench/m", image: "opencode:1", namespace: "default", agentDbMode: "ephemeral" };
  const soak = async (): Promise<void> => {
    troubled.trouble();
    const run = (ctx: Parameters<typeof execute>[0]): ReturnType<typeof execute> => execute(ctx, () => cluster);
    const [tallies] = await Promise.all([
      churn({ clock, seed: SEED, ms: TROUBLE_MS, atOnce: 3, config, run }),
      clock.sleep(TROUBLE_MS).then(() => troubled.calm()),
    ]);
    await clock.sleep(COLLECTED_MS);
    expect(tallies.length).toBeGreaterThan(15);
    expect(new Set(troubled.faults).size).toBeGreaterThan(8);
    expect(countLines(tallies, troubled.written)).toMatchObject({ unsaid: 0, doubled: 0 });
    expect(tallies.filter(({ code }) => code === "success").length).toBeGreaterThan(tallies.length / 2);
    expect(await troubled.objects()).toBe(0);
    expect(troubled.sim.faults.openStreams).toEqual([]);
  };
  await clock.run(soak());
});
