import { VirtualClock } from "@opencode-k8s/kube-sim";
import { Cluster, type Job, type SharedWatch, sharedWatch } from "../src/index.ts";

const PATH = "/apis/batch/v1/namespaces/default/jobs";

/** What the server sends on one watch before it ends it: lines, as they are. */
export type WatchScript = readonly string[];

/** A watch of Jobs on a server that lists `listed` and answers each watch with the next script; the last one again and again. */
export interface ScriptedWatch {
  readonly clock: VirtualClock;
  readonly cluster: Cluster;
  readonly watch: SharedWatch<Job>;
  /** When each list and each watch was asked for, milliseconds, and the query of it. */
  readonly lists: Request[];
  readonly watches: Request[];
  /** What a list answers from now on. */
  listed: readonly object[];
  /** What a list answers instead of a list, unless `undefined`. */
  answered: unknown;
}

interface Request {
  readonly at: number;
  readonly query: URLSearchParams;
}

/** `random` is drawn for each wait. */
export function scriptedWatch(scripts: readonly WatchScript[], random: () => number = () => 0.5): ScriptedWatch {
  const clock = new VirtualClock();
  const call = (url: string): Promise<Response> => {
    world.lists.push({ at: clock.monotonic(), query: new URL(url).searchParams });
    const metadata = { resourceVersion: String(100 + world.lists.length) };
    const list = { metadata, items: world.listed };
    return Promise.resolve(Response.json(world.answered === undefined ? list : world.answered));
  };
  const stream = (url: string): Promise<Response> => {
    const script = scripts[Math.min(world.watches.length, scripts.length - 1)] ?? [];
    world.watches.push({ at: clock.monotonic(), query: new URL(url).searchParams });
    return Promise.resolve(new Response(script.map((line) => `${line}\n`).join("")));
  };
  const transport = { call, stream, headers: () => Promise.resolve({}), close: () => Promise.resolve() };
  const cluster = new Cluster({ server: "https://scripted", transport, clock, random });
  const watch = sharedWatch<Job>(cluster, { path: PATH });
  const world: ScriptedWatch = { clock, cluster, watch, lists: [], watches: [], listed: [], answered: undefined };
  return world;
}

/** A Job as a list has it. */
export function listedJob(name: string, resourceVersion = "1"): object {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion } };
}

/** One line of a watch. */
export function eventLine(type: string, object: object): string {
  return JSON.stringify({ type, object });
}
