import type { ContainerExit, ContainerRuntime } from "./containers/runtime.ts";
import { type ContainerIo, scriptedContainers } from "./containers/scripted.ts";
import { KubeSim, type KubeSimOptions } from "./kube-sim.ts";
import { VirtualClock } from "./virtual-clock.ts";
import type { Job, KubeObject, Pod } from "./wire.ts";

export const NAMESPACE = "default";
export const PODS_PATH: string = `/api/v1/namespaces/${NAMESPACE}/pods`;
export const SECRETS_PATH: string = `/api/v1/namespaces/${NAMESPACE}/secrets`;
export const JOBS_PATH: string = `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`;

type Script = (io: ContainerIo) => Promise<number | ContainerExit>;

/** A simulator in virtual time, and the few requests that its own tests make. */
export class Bench {
  readonly clock: VirtualClock = new VirtualClock();
  readonly sim: KubeSim;

  constructor(
    script: Script = () => Promise.resolve(0),
    options: Omit<KubeSimOptions, "clock" | "runtime"> & { runtime?: ContainerRuntime } = {},
  ) {
    this.sim = new KubeSim({ clock: this.clock, runtime: scriptedContainers(script), ...options });
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return this.clock.run(this.sim.fetch(path, { method, ...(body !== undefined && json) }));
  }

  async ask<T = KubeObject>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.send(method, path, body)).json()) as T;
  }

  /** A Job whose one container is called `main`. */
  job(name: string, spec: Record<string, unknown> = {}): Promise<Job> {
    const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "agent:1" }] } };
    return this.ask<Job>("POST", JOBS_PATH, {
      metadata: { name },
      spec: { backoffLimit: 0, podReplacementPolicy: "Failed", template, ...spec },
    });
  }

  pod(name: string, spec: Record<string, unknown> = {}): Promise<Pod> {
    const containers = [{ name: "main", image: "agent:1" }];
    return this.ask<Pod>("POST", PODS_PATH, {
      metadata: { name },
      spec: { restartPolicy: "Never", containers, ...spec },
    });
  }

  getPod(name: string): Promise<Pod> {
    return this.ask<Pod>("GET", `${PODS_PATH}/${name}`);
  }

  /** The whole body of a stream, read as it comes. */
  read(path: string): Promise<string> {
    return this.clock.run(this.sim.fetch(path).then((response) => response.text()));
  }

  /** Reads a stream until it ends or breaks. */
  readToTheEnd(path: string): Promise<{ text: string; error: unknown }> {
    return this.clock.run(this.start(path));
  }

  /** The same, but somebody else lets time pass. */
  async start(path: string): Promise<{ text: string; error: unknown }> {
    return readAll(await this.sim.fetch(path));
  }
}

async function readAll(response: Response): Promise<{ text: string; error: unknown }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}
