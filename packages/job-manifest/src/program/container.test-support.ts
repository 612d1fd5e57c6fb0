import type { ChildProcessByStdio } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll } from "vitest";
import type { Receipt } from "./receipt.ts";
import { parseReceipt } from "./receipt.ts";
import { PROGRAM } from "./program.ts";

/** Shells of the images that agents use: Debian, Alpine and busybox, everything with bash as sh. */
export const SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"]].filter(
  ([program = "", ...args]) => spawnSync(program, [...args, "-c", ":"]).status === 0,
);

/** Of all containers of a test file; in its `bin` lies the fake OpenCode. */
export const scratch: string = mkdtempSync(join(tmpdir(), "program-"));
// One executable for all: a file that was just written cannot be executed while a fork still holds it open.
mkdirSync(join(scratch, "bin"));
writeFileSync(join(scratch, "bin/opencode"), '#!/bin/sh\n. "$FAKE"\n', { mode: 0o755 });
afterAll(() => rm(scratch, { recursive: true }));

export interface Run {
  events: string;
  receipt: Receipt;
  status: number | null;
  terminationLog: string;
  stderr: string;
}

export interface Container {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** Everything it printed, once it is over. */
  ended(): Promise<Run>;
  /** Resolves when the output so far contains the text. */
  printed(text: string): Promise<void>;
  /** Resolves when OpenCode is over, which is before its output was read. */
  openCodeEnded(): Promise<void>;
}

/** A container as the manifest describes it, with a fake OpenCode, and only what is asked for different. */
export async function container(
  shell: readonly string[],
  fake: string | undefined,
  env: Record<string, string> = {},
  inside: readonly string[] = [],
  further: readonly string[] = [],
): Promise<Container> {
  const root = await mkdtemp(join(scratch, "container-"));
  const folder = (name: string): string => join(root, name);
  await Promise.all(["home", "tmp", "data", "run", "workspace"].map((name) => mkdir(folder(name))));
  await writeFile(folder("prompt"), "What is $(this)?");
  await writeFile(folder("fake"), `${fake}\n`);
  const [program = "", ...args] = [...inside, ...shell];
  const child = spawn(program, [...args, "-c", PROGRAM, "opencode-k8s", "run", "--model=a/$(b)", ...further], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: {
      PATH: `${fake === undefined ? "" : `${join(scratch, "bin")}:`}/usr/bin:/bin`,
      FAKE: folder("fake"),
      HOME: folder("home"),
      TMPDIR: folder("tmp"),
      XDG_CONFIG_HOME: folder("home/.config"),
      XDG_DATA_HOME: folder("data"),
      OPENCODE_MODELS_PATH: folder("run/models.json"),
      OPENCODE_PERMISSION: "{}",
      OPENCODE_DB: folder("data/opencode.db"),
      OPENCODE_K8S_OUTPUT_LIMIT: "10000000",
      OPENCODE_K8S_RUN_DIR: folder("run"),
      OPENCODE_K8S_PROMPT: folder("prompt"),
      OPENCODE_K8S_WORKDIR: folder("workspace"),
      OPENCODE_K8S_TERMINATION_LOG: folder("termination-log"),
      OPENCODE_K8S_TIMEOUT_SEC: "0",
      OPENCODE_K8S_GRACE_SEC: "1",
      ...env,
    },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const closed = once(child, "close");

  async function ended(): Promise<Run> {
    await closed;
    const log = Buffer.concat(stdout).toString();
    const start = log.lastIndexOf("\n", log.length - 2) + 1;
    const receipt = parseReceipt(log.slice(start, -1));
    if (receipt === null) throw new Error(`no receipt: ${log.slice(-300)} ${Buffer.concat(stderr).toString()}`);
    return {
      events: log.slice(0, start),
      receipt,
      status: child.exitCode,
      terminationLog: await readFile(folder("termination-log"), "utf8"),
      stderr: Buffer.concat(stderr).toString(),
    };
  }

  async function printed(text: string): Promise<void> {
    while (!Buffer.concat(stdout).toString().includes(text)) await once(child.stdout, "data");
  }

  async function openCodeEnded(): Promise<void> {
    const changes = watch(folder("run"));
    for await (const _ of changes)
      if (existsSync(folder("run/events.jsonl")) && !existsSync(folder("run/running"))) return;
  }

  return { child, ended, printed, openCodeEnded };
}
