import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import type { Pod } from "../wire.ts";
import type { LocalProcesses } from "./local-process.ts";
import { localProcesses } from "./local-process.ts";
import type { ContainerExit, ContainerMount, RunningContainer } from "./runtime.ts";

let directory: string;
let runtime: LocalProcesses;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "local-process-"));
  runtime = localProcesses({ directory, path: "/usr/bin:/bin" });
});
afterEach(async () => {
  await runtime.close();
  await rm(directory, { recursive: true, force: true });
});

interface Options {
  uid?: string;
  args?: string[];
  env?: Record<string, string>;
  mounts?: ContainerMount[];
  workingDir?: string;
}

interface Started {
  running: RunningContainer;
  /** Its output, once it is over. */
  ended(): Promise<ContainerExit & { stdout: string; stderr: string }>;
  /** Resolves when it has printed the text. */
  printed(text: string): Promise<void>;
}

function pod(uid: string): Pod {
  const metadata = {
    name: uid,
    namespace: "default",
    uid,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [] }, status: {} };
}

function start(script: string, { uid = "pod-1", args = [], env = {}, mounts = [], workingDir }: Options = {}): Started {
  const output = { stdout: "", stderr: "" };
  let onOutput = (): void => undefined;
  const running = runtime.start({
    restartCount: 0,
    pod: pod(uid),
    container: { name: "main", ...(workingDir === undefined ? {} : { workingDir }) },
    env,
    mounts,
    command: ["/bin/sh", "-c", script, "sh"],
    args,
    clock: systemClock,
    write: (stream, bytes) => {
      output[stream] += Buffer.from(bytes).toString();
      onOutput();
    },
  });
  return {
    running,
    ended: async () => ({ ...(await running.exit), ...output }),
    printed: (text) =>
      new Promise((resolve) => {
        onOutput = () => output.stdout.includes(text) && resolve();
        onOutput();
      }),
  };
}

const emptyDir: ContainerMount = { mountPath: "/work", readOnly: false, source: { kind: "emptyDir", name: "work" } };
const claim: ContainerMount = { mountPath: "/data", readOnly: false, source: { kind: "claim", claimName: "db" } };

describe("a container as a local process", () => {
  test("gets its environment and no other, its PATH, its arguments, and paths of this machine", async () => {
    const { ended } = start('cd "$DIR" && pwd && printf "%s\\n" "$@" "$PATH" "${HOME-unset}"; echo oops >&2', {
      args: ["--dir=/work/x", "/workspace"],
      env: { DIR: "/work", PATH: "/work/bin" },
      mounts: [emptyDir],
    });
    const work = join(directory, "pods/pod-1/volumes/work");
    expect(await ended()).toEqual({
      exitCode: 0,
      stdout: [work, `--dir=${work}/x`, "/workspace", `/usr/bin:/bin:${work}/bin`, "unset", ""].join("\n"),
      stderr: "oops\n",
    });
  });

  test("starts in its working directory", async () => {
    const { ended } = start("pwd", { workingDir: "/work", mounts: [emptyDir] });
    expect((await ended()).stdout).toBe(`${join(directory, "pods/pod-1/volumes/work")}\n`);
  });

  test("finds the files of a Secret, with their mode", async () => {
    const files = { "deep/key": Buffer.from("s3cret") };
    const source: ContainerMount["source"] = { kind: "secret", files, modes: { "deep/key": 0o440 } };
    const { ended } = start('cat "$KEY"; ls -l "$KEY" | cut -c1-10', {
      env: { KEY: "/run/in/deep/key" },
      mounts: [{ mountPath: "/run/in", readOnly: true, source }],
    });
    expect((await ended()).stdout).toBe("s3cret-r--r-----\n");
  });

  test("shares a claim with the next pod, which outlives the first", async () => {
    await start('echo kept >"$DB"', { env: { DB: "/data/db" }, mounts: [claim] }).ended();
    runtime.podRemoved?.(pod("pod-1"));
    const second = start('cat "$DB"', { uid: "pod-2", env: { DB: "/data/db" }, mounts: [claim] });
    expect((await second.ended()).stdout).toBe("kept\n");
    expect(await readFile(join(directory, "claims/default/db/db"), "utf8")).toBe("kept\n");
  });

  test("leaves its last words, and its exit code", async () => {
    const { ended } = start('echo why >"$LOG"; exit 3', { env: { LOG: "/dev/termination-log" } });
    expect(await ended()).toMatchObject({ exitCode: 3, message: "why\n" });
  });

  test("that cannot be started says so", async () => {
    const { ended } = start("true", { workingDir: "/nonexistent" });
    expect(await ended()).toMatchObject({
      exitCode: 128,
      reason: "StartError",
      message: expect.stringContaining("ENOENT"),
    });
  });
});

describe("the end of a container", () => {
  test("SIGTERM reaches its first process only", async () => {
    const { running, ended, printed } = start("trap 'echo ending; exit 7' TERM; sleep 60 & echo ready; wait");
    await printed("ready");
    running.signal("SIGTERM");
    expect(await ended()).toMatchObject({ exitCode: 7, stdout: "ready\nending\n" });
  });

  test("SIGKILL cannot be refused", async () => {
    const { running, ended, printed } = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await printed("ready");
    running.signal("SIGTERM");
    running.signal("SIGKILL");
    expect(await ended()).toMatchObject({ exitCode: 137, signal: 9 });
  });

  test("a signal that comes before the process is not lost", async () => {
    const { running, ended } = start("sleep 60");
    running.signal("SIGKILL");
    expect(await ended()).toMatchObject({ exitCode: 137 });
  });

  const hasSetsid = process.platform === "linux" && spawnSync("setsid", ["true"]).status === 0;
  test.runIf(hasSetsid)("takes along what left its process group and holds its output", async () => {
    const { running, ended, printed } = start("setsid sh -c 'echo held; exec sleep 600' & wait");
    await printed("held");
    running.signal("SIGTERM");
    // The pipe has closed, so nobody is left who holds it.
    expect(await ended()).toMatchObject({ exitCode: 143, stdout: "held\n" });
  });

  test("leaves alone a container of the same pod in another simulation", async () => {
    const { running, ended, printed } = start("echo ready; trap 'exit 3' TERM; sleep 600 & wait");
    await printed("ready");
    const theirs = localProcesses({ directory: join(directory, "theirs"), path: "/usr/bin:/bin" });
    const other = theirs.start({
      restartCount: 0,
      pod: pod("pod-1"),
      container: { name: "main" },
      env: {},
      mounts: [],
      command: ["/bin/sh", "-c", "exit 0"],
      args: [],
      clock: systemClock,
      write: () => undefined,
    });
    expect(await other.exit).toMatchObject({ exitCode: 0 });
    running.signal("SIGTERM");
    expect(await ended()).toMatchObject({ exitCode: 3 });
  });

  test("close ends whatever runs", async () => {
    const { ended, printed } = start("echo ready; exec sleep 600");
    await printed("ready");
    await runtime.close();
    expect(await ended()).toMatchObject({ exitCode: 137 });
  });
});
