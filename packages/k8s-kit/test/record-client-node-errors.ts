/**
 * Records what the three major lines of client-node throw: `node test/record-client-node-errors.ts [FOLDER]`.
 * Installs each into a folder of its own, provokes failures on a TLS server that answers as a real API server does, and
 * writes the shapes to `fixtures/client-node-errors/VERSION.json`. Needs the npm registry, no cluster.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type FailingServer, FAULTS, serveFailures } from "./failing-server.ts";
import { shapeOf } from "./error-shape.ts";

const VERSIONS = ["0.22.3", "1.4.0", "2.0.1"];
const FIXTURES = new URL("../fixtures/client-node-errors/", import.meta.url);

/** Some of the failures are swallowed: nothing is called, and nothing thrown. */
const SILENCE_MS = 2_000;

type Callback = (...args: unknown[]) => void;
type Method = (...args: unknown[]) => Promise<unknown>;
type Api = Record<string, Method>;
/** As much of client-node as is used here; the lines differ in how arguments are passed, which `call` hides. */
interface ClientNode {
  KubeConfig: new () => { loadFromString(text: string): void; makeApiClient(api: unknown): Api };
  CoreV1Api: unknown;
  KubernetesObjectApi: { makeApiClient(config: unknown): Api };
  Watch: new (config: unknown) => {
    watch(path: string, query: object, event: Callback, done: Callback): Promise<unknown>;
  };
  Log: new (config: unknown) => {
    log(namespace: string, pod: string, container: string, stream: PassThrough, options: object): Promise<unknown>;
  };
}

const root = process.argv[2] ?? mkdtempSync(join(tmpdir(), "client-node-"));
await using server = await serveFailures();
for (const version of VERSIONS) {
  const folder = join(root, version);
  if (!existsSync(join(folder, "node_modules"))) install(folder, version);
  const recorded = [];
  for (const fault of FAULTS) recorded.push(...(await provoke(await load(folder), server, fault, version)));
  mkdirSync(FIXTURES, { recursive: true });
  const lines = recorded.map((shape) => JSON.stringify(shape)).join(",\n");
  writeFileSync(new URL(`${version}.json`, FIXTURES), `[\n${lines}\n]\n`);
  process.stdout.write(`${version}: ${recorded.length} shapes\n`);
}

function install(folder: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", ["install", ...options, `@kubernetes/client-node@${version}`], { cwd: folder, stdio: "inherit" });
}

async function load(folder: string): Promise<ClientNode> {
  const main = createRequire(join(folder, "package.json")).resolve("@kubernetes/client-node");
  return (await import(pathToFileURL(main).href)) as ClientNode;
}

async function provoke(node: ClientNode, at: FailingServer, fault: string, version: string): Promise<object[]> {
  const config = new node.KubeConfig();
  config.loadFromString(at.kubeconfig(fault));
  const core = config.makeApiClient(node.CoreV1Api);
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } };
  const call = (method: string, args: Record<string, unknown>): Promise<unknown> =>
    version.startsWith("0.") ? invoke(core, method, ...Object.values(args)) : invoke(core, method, args);
  const attempts: Record<string, () => Promise<unknown>> = {
    "CoreV1Api.readNamespacedPod": () => call("readNamespacedPod", { name: "p", namespace: "n" }),
    "CoreV1Api.createNamespacedPod": () => call("createNamespacedPod", { namespace: "n", body: pod }),
    "CoreV1Api.patchNamespacedPod": () => call("patchNamespacedPod", { name: "p", namespace: "n", body: {} }),
    "CoreV1Api.deleteNamespacedPod": () => call("deleteNamespacedPod", { name: "p", namespace: "n" }),
    "KubernetesObjectApi.read": () => invoke(node.KubernetesObjectApi.makeApiClient(config), "read", pod),
    Log: () => follow(new node.Log(config)),
  };
  const failures = Object.entries(attempts).map(([api, attempt]) => [api, () => thrownBy(attempt)] as const);
  const recorded: object[] = [];
  for (const [api, failure] of [...failures, ["Watch", () => errorOfWatch(new node.Watch(config))] as const]) {
    const error = await Promise.race([failure(), uncaught(), delay(SILENCE_MS, null)]);
    if (error !== null) recorded.push({ api, fault, error: shapeOf(error) });
  }
  return recorded;
}

async function invoke(api: Api, method: string, ...args: unknown[]): Promise<unknown> {
  const called = api[method];
  if (!called) throw new Error(`client-node has no ${method}`);
  return called.apply(api, args);
}

/** Resolves with the headers; what happens to the body then is waited for. */
async function follow(client: InstanceType<ClientNode["Log"]>): Promise<unknown> {
  await client.log("n", "p", "c", new PassThrough(), { follow: true });
  return new Promise(() => undefined);
}

function thrownBy(attempt: () => Promise<unknown>): Promise<unknown> {
  return attempt().then(
    () => null,
    (thrown: unknown) => thrown,
  );
}

/** The error of a stream that nobody listens to: client-node 2.0.1's `Log` ends the process with it. */
function uncaught(): Promise<unknown> {
  process.removeAllListeners("uncaughtException");
  return new Promise((resolve) => process.once("uncaughtException", resolve));
}

/** What the watch hands to its callbacks: the object of an `ERROR` event, or else the reason why it is done. */
function errorOfWatch(client: InstanceType<ClientNode["Watch"]>): Promise<unknown> {
  return new Promise((resolve) => {
    const event: Callback = (type, object) => (type === "ERROR" ? resolve(object) : undefined);
    client.watch("/api/v1/namespaces/n/pods", {}, event, (error) => resolve(error ?? null)).catch(resolve);
  });
}
