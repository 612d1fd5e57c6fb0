import { spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { CoreV1Api, Exec, KubeConfig, type V1Pod, type V1Status } from "@kubernetes/client-node";
import type { ExecutionContext, ExecutionResult } from "../world/heartbeat.ts";
import type { FromPod, IntoPod } from "./messages.ts";

/** Where the server's node and the adapter lie. */
const TOOLS = "/tools";
const POD = "paperclip-0";
const CONTAINER = "paperclip";

export interface PaperclipPodOptions {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Has the rights of the adapter's Role. */
  readonly serviceAccountName: string;
  /** The pod's, and so the agents'. It needs a shell and tar; node is brought along. */
  readonly image: string;
  /** The shared claim, mounted at `/paperclip`. */
  readonly claimName: string;
  readonly storageClass: string;
}

interface Waiting {
  readonly ctx: ExecutionContext;
  readonly resolve: (result: ExecutionResult) => void;
  readonly reject: (error: Error) => void;
}

/** A pod in which the adapter runs as it does in a Paperclip server's. */
export class PaperclipPod implements Disposable {
  readonly #options: PaperclipPodOptions;
  readonly #core: CoreV1Api;
  readonly #exec: Exec;
  readonly #runs = new Map<string, Waiting>();
  readonly #stdin = new PassThrough();

  constructor(options: PaperclipPodOptions) {
    const config = new KubeConfig();
    config.loadFromFile(options.kubeconfig);
    this.#options = options;
    this.#core = config.makeApiClient(CoreV1Api);
    this.#exec = new Exec(config);
  }

  /** Makes claim and pod. It runs when this resolves, but for what {@link serve} starts. */
  async create(until: (isTrue: () => Promise<boolean>) => Promise<void>): Promise<void> {
    const { namespace, claimName, storageClass: storageClassName } = this.#options;
    const spec = { accessModes: ["ReadWriteMany"], storageClassName, resources: { requests: { storage: "1Gi" } } };
    await this.#core.createNamespacedPersistentVolumeClaim({
      namespace,
      body: { metadata: { name: claimName }, spec },
    });
    await this.#core.createNamespacedPod({ namespace, body: this.#pod() });
    await until(async () => {
      const { status } = await this.#core.readNamespacedPod({ namespace, name: POD });
      return status?.containerStatuses?.[0]?.ready === true;
    });
  }

  /** Brings node and the adapter into the pod, and starts it there. `adapter`: the package's folder */
  async serve(adapter: string): Promise<void> {
    const files = ["-C", dirname(process.execPath), basename(process.execPath), "-C", adapter, "dist", "package.json"];
    const runner = fileURLToPath(new URL("./runner.ts", import.meta.url));
    const ours = ["-C", dirname(runner), basename(runner)];
    const tar = spawn("tar", ["-ch", ...files, ...ours], { stdio: ["ignore", "pipe", "inherit"] });
    await this.run(["tar", "-x", "-C", TOOLS], tar.stdout);
    const output = new PassThrough();
    const started = this.#start(
      [`${TOOLS}/${basename(process.execPath)}`, `${TOOLS}/${basename(runner)}`],
      output,
      this.#stdin,
    );
    started.then(
      () => this.#fail(new Error("the adapter's process in the pod ended")),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    createInterface({ input: output }).on("line", (line) => void this.#hear(JSON.parse(line) as FromPod));
  }

  /** The adapter's `execute()`, in the pod. */
  readonly execute = (ctx: ExecutionContext): Promise<ExecutionResult> =>
    new Promise((resolve, reject) => {
      this.#runs.set(ctx.runId, { ctx, resolve, reject });
      // JSON leaves out what is a function.
      this.#tell({ kind: "run", ctx: { ...ctx, signal: undefined } as Omit<ExecutionContext, "signal"> });
    });

  /** What a command in the pod prints. @throws with what it complained of, when it fails */
  async run(command: readonly string[], input: Readable | null = null): Promise<string> {
    const output = new PassThrough();
    const printed = text(output);
    await this.#start(command, output, input);
    output.end();
    return printed;
  }

  /** Ends the server. The pod goes with its namespace. */
  [Symbol.dispose](): void {
    this.#stdin.end();
  }

  #start(command: readonly string[], output: PassThrough, input: Readable | null): Promise<void> {
    const { namespace } = this.#options;
    const errors = new PassThrough();
    const complaint = text(errors);
    return new Promise((resolve, reject) => {
      const ended = (status: V1Status): void => {
        errors.end();
        const failed = async (): Promise<void> =>
          reject(new Error(`${command.join(" ")}: ${status.message ?? ""} ${await complaint}`));
        if (status.status === "Success") resolve();
        else void failed();
      };
      this.#exec
        .exec(namespace, POD, CONTAINER, [...command], output, errors, input, false, ended)
        .then(
          (socket: unknown) =>
            (socket as EventTarget).addEventListener("close", () => reject(new Error("the connection was lost"))),
          reject,
        );
    });
  }

  #tell(message: IntoPod): void {
    this.#stdin.write(`${JSON.stringify(message)}\n`);
  }

  async #hear(message: FromPod): Promise<void> {
    const { runId } = message;
    const run = this.#runs.get(runId);
    if (message.kind === "log") {
      await run?.ctx.onLog(message.stream, message.chunk);
      return this.#tell({ kind: "taken", runId });
    }
    this.#runs.delete(runId);
    run?.resolve(message.result);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#runs.values()) reject(error);
    this.#runs.clear();
  }

  #pod(): V1Pod {
    const { image, claimName, serviceAccountName } = this.#options;
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    return {
      metadata: { name: POD },
      spec: {
        terminationGracePeriodSeconds: 1,
        serviceAccountName,
        automountServiceAccountToken: true,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          seccompProfile: { type: "RuntimeDefault" },
        },
        volumes: [
          { name: "data", persistentVolumeClaim: { claimName } },
          { name: "tools", emptyDir: {} },
        ],
        containers: [
          {
            name: CONTAINER,
            image,
            imagePullPolicy: "IfNotPresent",
            command: ["sleep", "infinity"],
            env: [field("POD_NAME", "metadata.name"), field("POD_NAMESPACE", "metadata.namespace")],
            resources: { requests: { cpu: "20m", memory: "128Mi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            volumeMounts: [
              { name: "data", mountPath: "/paperclip" },
              { name: "tools", mountPath: TOOLS },
            ],
          },
        ],
      },
    };
  }
}
