import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCluster } from "@opencode-k8s/k8s-kit";
import { PAPERCLIP } from "../paperclip/index.ts";
import { settings } from "../world/settings.ts";
import type { Run } from "./runs.ts";

const ROOT = join(import.meta.dirname, "../..");
/** What all of Paperclip's files are, but for the older server's and the browser's. */
const NEWEST = ["heartbeat", "scenarios", "lifecycle", "restart", "service-account", "classifier", "harness"];

/** The scenarios of a heartbeat, and what kube-sim promises, on the cluster of `E2E_KUBECONFIG`. */
export async function tryKubernetes(): Promise<Omit<Run, "date">> {
  const cluster = connectCluster({ kind: "file", path: settings().kubeconfig });
  const { gitVersion } = await cluster.request<{ gitVersion: string }>("GET", "/version");
  await cluster.close();
  const suites = {
    "scenarios of a heartbeat": ["scenarios/"],
    "what kube-sim promises": ["conformance"],
    manifests: ["manifest/"],
  };
  const outcome: Record<string, string> = {};
  for (const [what, files] of Object.entries(suites)) outcome[what] = await played(files);
  return { part: "kubernetes", version: gitVersion.replace(/^v/, ""), outcome };
}

/** Both versions of the real Paperclip server, on the same cluster. */
export async function tryPaperclip(): Promise<Omit<Run, "date">[]> {
  const files = { [PAPERCLIP.newest]: NEWEST, [PAPERCLIP.older]: ["older"] };
  const runs: Omit<Run, "date">[] = [];
  for (const [version, names] of Object.entries(files)) {
    const scenarios = await played(names.map((name) => `paperclip/${name}.e2e.ts`));
    runs.push({ part: "paperclip", version, outcome: { scenarios } });
  }
  return runs;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** Plays a part of the suite; in words, what came of it. */
async function played(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "compat-suite-"));
  try {
    const path = join(folder, "report.json");
    const report = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
    const args = ["run", "--config", "e2e/vitest.config.ts", "--project", "shared", ...report, ...files];
    const child = spawn(join(ROOT, "node_modules/.bin/vitest"), args, {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code] = (await once(child, "exit")) as [number | null];
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(await readFile(path, "utf8")) as Report;
    if (code === 0) return `${numPassedTests} passed`;
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "failed");
    return `${numFailedTests} of ${numPassedTests + numFailedTests} failed: ${failed.map(({ title }) => title).join("; ")}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
