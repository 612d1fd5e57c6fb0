import { Cluster } from "@opencode-k8s/k8s-kit";
import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { carryOut } from "../src/command-line/program.ts";
import { FakeTerminal } from "./fake-terminal.ts";

/** A command that has ended. */
export interface Ended {
  readonly code: number;
  readonly terminal: FakeTerminal;
}

/** The command line on a simulated cluster, in virtual time. */
export interface SimTerminal {
  readonly sim: KubeSim;
  readonly clock: VirtualClock;
  readonly cluster: Cluster;
  /** Carries out a command in namespace `default`. Call it within `tells`. */
  carriedOut(words: readonly string[], terminal?: FakeTerminal): Promise<Ended>;
  /** One run, whose Job is kept. */
  runs(agent?: string, options?: readonly string[]): Promise<Ended>;
  /** Lets time pass until the story is over. */
  tells<T>(story: () => Promise<T>): Promise<T>;
}

export type Script = Parameters<typeof scriptedContainers>[0];

export function simTerminal(script: Script, allocatable?: Record<string, string>): SimTerminal {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(script), ...(allocatable ? { allocatable } : {}) });
  const headers = (): Promise<Record<string, string>> => Promise.resolve({});
  const transport = { call: sim.fetch, stream: sim.fetch, headers, close: () => Promise.resolve() };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const carriedOut: SimTerminal["carriedOut"] = async (words, terminal = new FakeTerminal()) => {
    const code = await carryOut([...words, "--namespace", "default"], terminal, { clusterFor: () => cluster });
    return { code, terminal };
  };
  const config = ["--model", "stub/m", "--image", "opencode:1", "--set", "retainJobs=true"];
  return {
    sim,
    clock,
    cluster,
    carriedOut,
    runs: (agent = "reviewer", options = []) =>
      carriedOut(["run", "Do it.", ...config, "--agent", agent, "--env", "API_KEY=sk-canary-0123456789", ...options]),
    tells: (story) => clock.run(story()),
  };
}

/** The Jobs that there are, oldest first. */
export async function jobsIn({ cluster }: SimTerminal): Promise<{ runId: string; name: string }[]> {
  const path = "/apis/batch/v1/namespaces/default/jobs";
  const { items } = await cluster.request<{
    items: { metadata: { name: string; labels: Record<string, string> } }[];
  }>("GET", path);
  return items.map(({ metadata: { name, labels } }) => ({ name, runId: labels["paperclip.io/run-id"] ?? "" }));
}
