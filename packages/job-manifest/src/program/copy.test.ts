import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Container, container, scratch, SHELLS } from "./container.test-support.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "a container's program: on Linux only"));

/** Runs of an agent on a shared volume, by the names of their folders. */
interface Copies {
  agent: string;
  start(fake: string, env?: Record<string, string>): Promise<Container>;
}

describe.each(SHELLS.map((shell) => ({ name: shell.join(" "), shell })))("a copy, $name", ({ shell }) => {
  async function copies(): Promise<Copies> {
    const agent = join(await mkdtemp(join(scratch, "shared-")), ".opencode-k8s/.runs/ada");
    const wanted = { OPENCODE_K8S_COPY_DIR: join(agent, "r9"), OPENCODE_K8S_COPY_SEC: "60", OPENCODE_K8S_COPIES: "3" };
    return { agent, start: (fake, env) => container(shell, fake, { ...wanted, ...env }) };
  }

  const read = (agent: string, file: string): Promise<string> => readFile(join(agent, "r9", file), "utf8");

  test.concurrent("has what the log has before the receipt, and stderr, and the receipt says where", async () => {
    const { agent, start } = await copies();
    const { events, receipt } = await (await start("echo one; echo oops >&2; printf two; exit 3")).ended();
    expect([events, receipt.exitCode]).toEqual(["one\ntwo\n", 3]);
    expect([await read(agent, "events.jsonl"), await read(agent, "stderr")]).toEqual([events, "oops\n"]);
    expect(await readdir(join(agent, "r9"))).toHaveLength(2);
    expect(receipt.copy).toEqual({ path: ".opencode-k8s/.runs/ada/r9/events.jsonl", bytes: 8 });
    expect([receipt.bytes, receipt.lines]).toEqual([8, 2]);
  });

  test.concurrent("is for the user and the group of the agent only", async () => {
    const { agent, start } = await copies();
    await (await start("echo one")).ended();
    expect((await stat(join(agent, "r9/events.jsonl"))).mode & 0o777).toBe(0o640);
  });

  test.concurrent("is made of a run that is ended by SIGTERM", async () => {
    const { agent, start } = await copies();
    const { child, ended, printed } = await start("echo begun; exec sleep 60");
    await printed("begun");
    child.kill("SIGTERM");
    const { receipt, status } = await ended();
    expect([await read(agent, "events.jsonl"), receipt.copy, status]).toEqual([
      "begun\n",
      { path: ".opencode-k8s/.runs/ada/r9/events.jsonl", bytes: 6 },
      143,
    ]);
  });

  test.concurrent("waits for no reader of the log", async () => {
    const { agent, start } = await copies();
    const { child, ended } = await start("head -c 3000000 /dev/zero | tr '\\0' x; echo");
    child.stdout.pause();
    const path = join(agent, "r9/events.jsonl");
    await vi.waitFor(() => expect(existsSync(path)).toBe(true), { timeout: 60_000, interval: 50 });
    expect((await stat(path)).size).toBe(3_000_001);
    child.stdout.resume();
    expect((await ended()).receipt.copy).toHaveProperty("bytes", 3_000_001);
  });

  test.concurrent("makes the oldest of the agent go, and leaves everybody else's", async () => {
    const { agent, start } = await copies();
    for (const [minute, run] of ["r1", "r4", "r2", "r3"].entries()) {
      await mkdir(join(agent, run), { recursive: true });
      await writeFile(join(agent, run, "events.jsonl"), "");
      await utimes(join(agent, run), minute * 60, minute * 60);
    }
    await mkdir(join(agent, "../eve/r1"), { recursive: true });
    await (await start("echo one")).ended();
    expect((await readdir(agent)).toSorted()).toEqual(["r2", "r3", "r9"]);
    expect(await readdir(join(agent, "../eve"))).toEqual(["r1"]);
  });

  test.concurrent("takes the place of an earlier one of the same run", async () => {
    const { agent, start } = await copies();
    await (await start("echo one; echo two")).ended();
    await (await start("echo three")).ended();
    expect([await readdir(agent), await read(agent, "events.jsonl")]).toEqual([["r9"], "three\n"]);
  });

  test.concurrent("that cannot be made fails nothing: the receipt says why", async () => {
    const { agent, start } = await copies();
    await mkdir(join(agent, ".."), { recursive: true });
    await writeFile(agent, 'a file "in the way"');
    const { events, receipt, status } = await (await start("echo one")).ended();
    expect([events, status]).toEqual(["one\n", 0]);
    expect(receipt.warnings).toContain("copy_failed");
    expect(receipt.copy).toEqual({ failed: expect.stringMatching(/exists|directory/i) as string });
  });

  test.concurrent("that hangs is given up, and what hangs is not waited for", async () => {
    const { agent, start } = await copies();
    await mkdir(join(agent, "r9"), { recursive: true });
    execFileSync("sh", ["-c", 'mkfifo "$0"', join(agent, "r9/events.part")]);
    const { child, ended } = await start("echo one", { OPENCODE_K8S_COPY_SEC: "1" });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await exited;
    // Outside of a container what hangs is left behind, and keeps the pipe open.
    process.kill(-(child.pid ?? 0), "SIGKILL");
    const { receipt, status } = await ended();
    expect([receipt.copy, status]).toEqual([{ failed: "it took more than 1 s" }, 0]);
    expect(await readdir(join(agent, "r9"))).not.toContain("events.jsonl");
  });

  test.concurrent("is made only where it is asked for", async () => {
    const { ended } = await container(shell, "echo one");
    expect((await ended()).receipt.copy).toBeNull();
  });
});
