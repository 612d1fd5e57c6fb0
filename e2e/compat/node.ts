import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { npm } from "../paperclip/npm.ts";
import type { Run } from "./runs.ts";
import { openSimCluster } from "./sim-cluster.ts";

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const ADAPTER = "paperclip-adapter-opencode-k8s";
const LIBRARIES = ["@opencode-k8s/k8s-kit", "@opencode-k8s/job-manifest", "@opencode-k8s/opencode-parse"];
/** A heartbeat of some seconds, on a machine that is busy; milliseconds. */
const HEARTBEAT_MS = 5 * 60_000;

/** The oldest Node that the adapter takes, the newest patch of its minor; the pinned 24; the newest 26. */
export async function nodeVersions(): Promise<string[]> {
  const all = JSON.parse(await npm(["view", "node", "versions", "--json"], ROOT)) as string[];
  const newest = (start: string): string => {
    const [found] = all
      .filter((version) => version.startsWith(start))
      .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
    if (found === undefined) throw new Error(`npm has no node@${start}`);
    return found;
  };
  return [newest("22.19."), process.versions.node, newest("26.")];
}

/** The published packages, built, packed and installed from their tarballs into an empty project. */
export interface Installation extends AsyncDisposable {
  readonly folder: string;
}

export async function installPackages(): Promise<Installation> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "installed-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { packageManager } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      packageManager: string;
    };
    const pnpm = (...args: readonly string[]): Promise<string> =>
      npm(["exec", "--yes", `--package=${packageManager}`, "--", "pnpm", ...args], ROOT);
    await pnpm("run", "build");
    for (const name of [...LIBRARIES, ADAPTER]) await pnpm("--filter", name, "pack", "--pack-destination", folder);
    const tarballs = (await readdir(folder)).map((name) => `./${name}`);
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
    await npm(["install", "--no-audit", "--no-fund", ...tarballs], folder);
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The installed packages under one version of Node, which npm brings. */
export async function tryNode(version: string, { folder }: Installation): Promise<Omit<Run, "date">> {
  const node = await npm(
    ["exec", "--yes", `--package=node@${version}`, "--", "node", "-p", "process.execPath"],
    folder,
  );
  const program = join(folder, "node_modules", ADAPTER, "dist/command-line.js");
  const entries = [
    ...LIBRARIES,
    ADAPTER,
    `${ADAPTER}/cli`,
    `${ADAPTER}/ui-parser`,
    "@opencode-k8s/opencode-parse/terminal",
  ];
  const script = `${entries.map((entry) => `await import("${entry}");`).join("")} console.log(process.versions.node);`;
  const started = async (args: readonly string[]): Promise<string> =>
    (await execute(node.trim(), args, { cwd: folder, timeout: HEARTBEAT_MS, maxBuffer: 2 ** 26 })).stdout;
  return {
    part: "node",
    version,
    outcome: {
      "all entries imported": await judged(
        started(["--input-type=module", "--eval", script]),
        (said) => said.trim() === version,
      ),
      "command line": await judged(started([program, "--help"]), (said) => said.includes("run [options]")),
      "a heartbeat": await judged(heartbeat(program, started), (said) => /"summary":"Done: `note\.md`/.test(said)),
    },
  };
}

/** A run by the installed command line, with the real OpenCode, on kube-sim in this process. */
async function heartbeat(program: string, started: (args: readonly string[]) => Promise<string>): Promise<string> {
  await using cluster = await openSimCluster();
  const { kubeconfig, ...config } = cluster.config("demo");
  const path = join(cluster.folder, "agent.json");
  await writeFile(path, JSON.stringify(config));
  const words = [
    "run",
    "Write a short note into note.md.",
    "--config",
    path,
    "--kubeconfig",
    String(kubeconfig),
    "--json",
  ];
  return await started([program, ...words]);
}

async function judged(said: Promise<string>, isRight: (said: string) => boolean): Promise<true | string> {
  try {
    const text = await said;
    return isRight(text) ? true : `it said ${JSON.stringify(text.slice(-200))}`;
  } catch (error) {
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
    const why = /"errorCode":"(\w+)"/.exec(stdout ?? "")?.[1] ?? stderr?.trim().split("\n").at(-1);
    return why || message;
  }
}
