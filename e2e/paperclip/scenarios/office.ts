import { systemClock } from "@opencode-k8s/kube-sim";
import { providerConfig, startModelServer } from "../../../packages/kube-sim/src/model-server/index.ts";
import { openClusterWorld, settings } from "../../world/index.ts";
import type { World } from "../../world/index.ts";
import { account, packAdapter, PAPERCLIP, startPaperclip } from "../index.ts";
import type { Json, Paperclip, PaperclipVersion, Run } from "../index.ts";
import { Answers } from "./answers.ts";
import { Worker } from "./worker.ts";

export interface Position {
  /** A model of the model server. */
  readonly model: string;
  /** Overrides parts of the configuration. */
  readonly config?: Json;
  /** The adapter's own unless given. */
  readonly adapterType?: string;
  /** In the company of this worker; a new one without it. */
  readonly besides?: Worker;
}

/** A Paperclip with the packed adapter, and a namespace of the cluster for its agents. Scenarios share it: each has agents of its own. */
export class Office implements AsyncDisposable {
  readonly paperclip: Paperclip;
  readonly world: World;
  readonly #adapterFolder: string;
  readonly #made: AsyncDisposableStack;
  readonly #workers: Worker[] = [];

  static async open(version: PaperclipVersion = PAPERCLIP.newest): Promise<Office> {
    await using made = new AsyncDisposableStack();
    const adapter = await packAdapter();
    made.defer(adapter.remove);
    const world = made.use(await openClusterWorld(settings()));
    const paperclip = await startPaperclip({
      version,
      listenHost: settings().hostIp,
      adapterPackages: [adapter.folder],
    });
    made.defer(() => paperclip.stop());
    return new Office(paperclip, world, adapter.folder, made.move());
  }

  private constructor(paperclip: Paperclip, world: World, adapterFolder: string, made: AsyncDisposableStack) {
    this.paperclip = paperclip;
    this.world = world;
    this.#adapterFolder = adapterFolder;
    this.#made = made;
  }

  /** A second server on the same database, with the same adapter. To be stopped before the office is closed. */
  openReplica(): Promise<Paperclip> {
    return startPaperclip({
      listenHost: settings().hostIp,
      adapterPackages: [this.#adapterFolder],
      replicaOf: this.paperclip,
    });
  }

  /** An agent whose sessions outlive its pods, with a model server of its own. */
  async hire({ model, config, adapterType = "opencode_k8s", besides }: Position): Promise<Worker> {
    const answers = new Answers(systemClock);
    const models = await startModelServer({ host: settings().hostIp, clock: answers.clock });
    this.#made.defer(() => models.close());
    // Without tools it is a title that is asked for.
    answers.count(() => models.requests.filter(({ tools }) => tools.length > 0).length);
    const { env: _, ...working } = this.world.parts.config(model);
    const { env, ...others } = config ?? {};
    const adapterConfig: Json = {
      ...working,
      agentDbMode: "dedicated_pvc",
      ...others,
      env: {
        PAPERCLIP_OPENCODE_PROVIDERS: {
          type: "plain",
          value: JSON.stringify(providerConfig(models.url, [model])),
        },
        ...(env as Json | undefined),
      },
    };
    const { api } = this.paperclip;
    const companyId = besides?.agent.companyId ?? (await api.createCompany("Scenario")).id;
    const agent = await api.createAgent(companyId, { name: "Worker", adapterType, adapterConfig });
    const worker = new Worker(api, agent, models, answers);
    this.#workers.push(worker);
    return worker;
  }

  /** What became of all runs that failed so far, of every scenario, and what Paperclip says of it: for a test that failed. */
  async failures(): Promise<string> {
    const runs = (await Promise.all(this.#workers.map((worker) => worker.runs()))).flat();
    const failed = runs.filter(({ status }) => status === "failed");
    const { api } = this.paperclip;
    const accounts = await Promise.all(failed.map(async ({ id }) => account(api, await api.getRun(id))));
    return [...accounts, this.paperclip.errors()].join("\n\n");
  }

  /** Jobs and pods of a run that are there now. */
  async objectsOf({ id }: Pick<Run, "id">): Promise<string[]> {
    const { jobs, pods } = await this.world.objects();
    const names: string[] = [];
    for (const { metadata } of [...jobs, ...pods])
      if (metadata?.labels?.["paperclip.io/run-id"] === id) names.push(metadata.name ?? "");
    return names;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#made.disposeAsync();
  }
}
