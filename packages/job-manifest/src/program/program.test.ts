import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { container, type Run, scratch, SHELLS } from "./container.test-support.ts";
import { PROGRAM } from "./program.ts";
import { programSource } from "./source.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "a container's program: on Linux only"));

test("the constant is what is written", async () => {
  expect(PROGRAM).toBe(await programSource());
});

/** Makes the program the first process of a namespace of its own, as in a pod; where the kernel lets a user do that. */
const UNSHARE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
const canUnshare = spawnSync("unshare", [...UNSHARE.slice(1), "true"]).status === 0;

/** What the README says that the program needs. */
const TOOLS = "sh cat head tail sed wc tr grep ls id sleep mkdir mktemp mv readlink rm dash busybox bash".split(" ");

async function located(tool: string): Promise<string> {
  if (tool === "opencode") return join(scratch, "bin/opencode");
  const folder = ["/usr/bin", "/bin"].find((candidate) => existsSync(join(candidate, tool)));
  return join(folder ?? "/nonexistent", tool);
}

describe.each(SHELLS.map((shell) => ({ name: shell.join(" "), shell })))("under $name", ({ shell }) => {
  async function run(fake: string | undefined, env?: Record<string, string>): Promise<Run> {
    return (await container(shell, fake, env)).ended();
  }

  test.concurrent("prompt on stdin, arguments as they are, events, then the receipt", async () => {
    const { events, receipt, status, terminationLog, stderr } = await run(
      'printf "%s\\n" "$@"; cat; echo; echo "$PWD" | tail -c 10; echo "${OPENCODE_PERMISSION-unset}"; cat "$OPENCODE_MODELS_PATH"; echo oops >&2',
    );
    expect(events).toBe("run\n--model=a/$(b)\nWhat is $(this)?\nworkspace\nunset\n{}\n");
    expect(receipt).toMatchObject({ exitCode: 0, signal: null, stopReason: null, peakMemoryBytes: null });
    expect([receipt.lines, receipt.bytes]).toEqual([6, Buffer.byteLength(events)]);
    expect([status, terminationLog, stderr]).toEqual([0, "oops\n", ""]);
  });

  test.concurrent("a last line without newline is ended, and counted with its newline", async () => {
    const { events, receipt } = await run("printf 'one\\ntwo'");
    expect(events).toBe("one\ntwo\n");
    expect([receipt.lines, receipt.bytes]).toEqual([2, 8]);
  });

  test.concurrent("no output at all", async () => {
    const { events, receipt } = await run("exit 0");
    expect([events, receipt.lines, receipt.bytes]).toEqual(["", 0, 0]);
  });

  test.concurrent("OpenCode's exit code is the container's", async () => {
    const { receipt, status } = await run("exit 3");
    expect([receipt.exitCode, receipt.signal, status]).toEqual([3, null, 3]);
  });

  test.concurrent("a signal from elsewhere is told apart from an exit code", async () => {
    const { receipt, status } = await run("kill -s KILL $$");
    expect([receipt.exitCode, receipt.signal, receipt.stopReason, status]).toEqual([null, "SIGKILL", null, 137]);
  });

  test.concurrent("SIGTERM reaches OpenCode, and what it had written is there", async () => {
    const { child, ended, printed } = await container(shell, "echo begun; exec sleep 60");
    await printed("begun");
    child.kill("SIGTERM");
    const { events, receipt, status } = await ended();
    expect([events, receipt.signal, receipt.stopReason, status]).toEqual(["begun\n", "SIGTERM", "terminated", 143]);
  });

  test.concurrent("an OpenCode that takes its time to end is waited for", async () => {
    const { child, ended, printed } = await container(
      shell,
      "trap 'echo ending; exit 5' TERM; echo begun; while :; do sleep 0.05; done",
    );
    await printed("begun");
    child.kill("SIGTERM");
    const { events, receipt, status } = await ended();
    expect([events, receipt.exitCode, receipt.stopReason, status]).toEqual(["begun\nending\n", 5, "terminated", 5]);
  });

  test.concurrent("the time limit ends a run that ignores SIGTERM, after the grace", async () => {
    const { events, receipt } = await run("trap '' TERM; echo begun; while :; do sleep 0.05; done", {
      OPENCODE_K8S_TIMEOUT_SEC: "1",
    });
    expect([events, receipt.signal, receipt.stopReason]).toEqual(["begun\n", "SIGKILL", "timeout"]);
    expect(receipt.durationMs).toBeGreaterThanOrEqual(1900);
  });

  test
    .runIf(canUnshare)
    .concurrent("as first process, it also tells the tools that left OpenCode's session", async () => {
      const tool = "trap 'echo told; exit' TERM; echo begun; while :; do sleep 0.05; done";
      const fake = `setsid sh -c "${tool}" & trap : TERM; wait; wait`;
      const { ended } = await container(shell, fake, { OPENCODE_K8S_TIMEOUT_SEC: "1" }, UNSHARE);
      const { events, receipt } = await ended();
      expect([events, receipt.stopReason]).toEqual(["begun\ntold\n", "timeout"]);
      expect(receipt.peakMemoryBytes === null || receipt.peakMemoryBytes > 0).toBe(true);
    });

  test
    .runIf(canUnshare)
    .concurrent(
      "as first process, it is told to end: so are they, willing or not, and OpenCode's end is kept",
      async () => {
        const willing = "trap 'echo told; exit' TERM; echo a; while :; do sleep 0.05; done";
        const unwilling = "trap '' TERM; echo a; while :; do sleep 0.05; done";
        const until = 'while [ "$(grep -c a "$OPENCODE_K8S_RUN_DIR/events.jsonl")" -lt 2 ]; do sleep 0.05; done';
        const fake = `setsid sh -c "${willing}" & setsid sh -c "${unwilling}" & ${until}; kill -s TERM 1; exec sleep 60`;
        const { ended } = await container(shell, fake, { OPENCODE_K8S_GRACE_SEC: "60" }, UNSHARE);
        const { events, receipt, status } = await ended();
        expect([events, receipt.signal, receipt.stopReason, status]).toEqual([
          "a\na\ntold\n",
          "SIGTERM",
          "terminated",
          143,
        ]);
        expect(receipt.warnings).toContain("orphans_ended");
      },
    );

  test.runIf(canUnshare).concurrent.each([
    ["OPENCODE_K8S_RUN_DIR", "disk_full"],
    ["XDG_DATA_HOME", "database_disk_full"],
  ])("a full disk under %s is told", async (directory, warning) => {
    const onSmallDisk = `mount -t tmpfs -o size=64k tmpfs "$${directory}" && exec "$@"`;
    const fake = `echo a; head -c 200000 /dev/zero >"$${directory}/large" && exit 1; exit 0`;
    const { ended } = await container(shell, fake, {}, [...UNSHARE, "sh", "-c", onSmallDisk, "sh"]);
    const { receipt } = await ended();
    expect([receipt.exitCode, receipt.warnings]).toEqual([0, expect.arrayContaining([warning])]);
  });

  test.concurrent("a run within its time limit leaves no alarm behind", async () => {
    const { child, ended } = await container(shell, "echo done", { OPENCODE_K8S_TIMEOUT_SEC: "3600" });
    expect((await ended()).receipt.stopReason).toBeNull();
    const group = -child.pid!;
    await vi.waitFor(() => expect(() => process.kill(group, 0)).toThrow("ESRCH"), { timeout: 3000 });
  });

  test.concurrent("a slow reader gets all of 3 MB", async () => {
    const { child, ended, openCodeEnded } = await container(shell, "head -c 3000000 /dev/zero | tr '\\0' x; echo");
    child.stdout.pause();
    await openCodeEnded();
    child.stdout.resume();
    const { events, receipt } = await ended();
    expect([events.length, receipt.bytes, receipt.lines]).toEqual([3_000_001, 3_000_001, 1]);
  });

  test.concurrent("what is missing is said at once, 78", async () => {
    const { receipt, status, terminationLog } = await run(undefined, {
      HOME: "/proc/home",
      OPENCODE_K8S_WORKDIR: "/nonexistent",
    });
    expect([receipt.exitCode, receipt.lines, status]).toEqual([78, 0, 78]);
    expect(terminationLog.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^opencode-k8s: \/proc\/home cannot be written by user \d+$/),
      expect.stringMatching(/^opencode-k8s: there is no executable 'opencode' in PATH/),
      "opencode-k8s: cannot enter the working directory /nonexistent",
    ]);
  });

  test.concurrent("tools that an agent may do without are warnings, and what was tried leaves no trace", async () => {
    const path = join(scratch, `bare-${shell.join("-")}`);
    await mkdir(path);
    for (const tool of [...TOOLS, "opencode"]) await symlink(await located(tool), join(path, tool));
    const { events, receipt, status } = await run('ls -A "$HOME" "$TMPDIR" .', { PATH: path });
    expect([events.includes("opencode-k8s"), status]).toEqual([false, 0]);
    expect(receipt.warnings).toEqual(["git_missing", "rg_missing"]);
  });

  test.concurrent("a working directory that is only read is one, too", async () => {
    const { receipt, status } = await run("exit 0", { OPENCODE_K8S_WORKDIR: "/proc" });
    expect([receipt.warnings?.[0], status]).toEqual(["workdir_read_only", 0]);
  });

  test.concurrent("an output that passes its limit ends the run; what was written is there", async () => {
    const fake = "echo begun; head -c 3000 /dev/zero | tr '\\0' x; exec sleep 60";
    const { events, receipt } = await run(fake, { OPENCODE_K8S_OUTPUT_LIMIT: "3000" });
    expect([events.length, receipt.bytes, receipt.lines]).toEqual([3007, 3007, 2]);
    expect([receipt.signal, receipt.stopReason]).toEqual(["SIGTERM", "output_limit"]);
  });

  test
    .runIf(canUnshare)
    .concurrent("what the tools left running is ended before the receipt, willing or not", async () => {
      const willing = "trap 'echo told; exit' TERM; echo a; while :; do sleep 0.05; done";
      const unwilling = "trap '' TERM; echo a; while :; do sleep 0.05; done";
      const until = 'while [ "$(grep -c a "$OPENCODE_K8S_RUN_DIR/events.jsonl")" -lt 2 ]; do sleep 0.05; done';
      const fake = `setsid sh -c "${willing}" & setsid sh -c "${unwilling}" & ${until}; exit 4`;
      const { ended } = await container(shell, fake, {}, UNSHARE);
      const { events, receipt, status } = await ended();
      expect([events, receipt.exitCode, receipt.stopReason, status]).toEqual(["a\na\ntold\n", 4, null, 4]);
      expect(receipt.warnings).toContain("orphans_ended");
    });

  test.concurrent("OpenCode's version comes from its log, and is remembered for a resumed session", async () => {
    const data = await mkdtemp(join(scratch, "claim-"));
    const log = 'log=$XDG_DATA_HOME/opencode/log; mkdir -p "$log"; log=$log/opencode.log;';
    const created = 'echo "message=created id=ses_1 version=1.18.33 projectID=x" >>"$log"';
    const first = await run(`${log} ${created}`, { XDG_DATA_HOME: data });
    const second = await run(`${log} echo "message=init" >>"$log"`, { XDG_DATA_HOME: data });
    expect([first.receipt.opencodeVersion, second.receipt.opencodeVersion]).toEqual(["1.18.33", "1.18.33"]);
  });

  test.concurrent("credentials of a home that outlives the run are OpenCode's, too", async () => {
    const home = await mkdtemp(join(scratch, "home-"));
    await mkdir(join(home, ".local/share/opencode"), { recursive: true });
    const path = join(home, ".local/share/opencode/auth.json");
    await writeFile(path, "old");
    const fake = 'cat "$XDG_DATA_HOME/opencode/auth.json"; echo; printf renewed >"$XDG_DATA_HOME/opencode/auth.json"';
    expect((await run(fake, { HOME: home })).events).toBe("old\n");
    expect(await readFile(path, "utf8")).toBe("renewed");
  });

  test.concurrent("a prompt that comes in parts is put together", async () => {
    const parts = await mkdtemp(join(scratch, "input-"));
    const prompt = join(parts, "prompt");
    for (const [index, part] of ["one, ", "two, ", "three"].entries()) await writeFile(`${prompt}.00${index}`, part);
    const { events } = await run("cat; echo", { OPENCODE_K8S_PROMPT: prompt });
    expect(events).toBe("one, two, three\n");
  });

  test.concurrent("without a prompt: says so, 78", async () => {
    const { status, terminationLog } = await run("cat", { OPENCODE_K8S_PROMPT: "/nonexistent/prompt" });
    expect([status, terminationLog]).toEqual([78, "opencode-k8s: /nonexistent/prompt is not there\n"]);
  });

  test.concurrent("a folder for OpenCode's data that is not there yet is made", async () => {
    const data = join(scratch, "company", shell.join("-"), "agent");
    expect((await run("exit 0", { XDG_DATA_HOME: data })).status).toBe(0);
    expect(existsSync(data)).toBe(true);
  });

  test.concurrent("credentials that came with the run are OpenCode's own while it runs, and gone afterwards", async () => {
    const data = await mkdtemp(join(scratch, "data-"));
    const auth = join(data, "given");
    await writeFile(auth, '{"a":1}', { mode: 0o440 });
    const path = join(data, "opencode/auth.json");
    const { events } = await run(`ls -lL "${path}" | cut -c 1-10; cat "${path}"; echo renewed >"${path}"`, {
      XDG_DATA_HOME: data,
      OPENCODE_K8S_AUTH: auth,
    });
    expect(events).toBe('-rw-------\n{"a":1}\n');
    expect(existsSync(path)).toBe(false);
  });

  test.concurrent("and of a run that was killed nothing of them is left where the data are", async () => {
    const data = await mkdtemp(join(scratch, "data-"));
    const auth = join(data, "given");
    await writeFile(auth, "secret");
    const path = join(data, "opencode/auth.json");
    const env = { XDG_DATA_HOME: data, OPENCODE_K8S_AUTH: auth };
    const { child, printed } = await container(shell, `cat "${path}"; echo; exec sleep 60`, env);
    await printed("secret");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "close");
    const link = await readlink(path);
    await rm(link); // goes with the pod
    const { events } = await run(`ls -A "${data}/opencode"; exec true`, { XDG_DATA_HOME: data });
    expect([link.startsWith(data), events]).toEqual([false, ""]);
  });

  test.concurrent("the tail of a long stderr fits the termination message", async () => {
    const { terminationLog } = await run("head -c 100000 /dev/zero | tr '\\0' e >&2; echo end >&2");
    expect([terminationLog.length, terminationLog.slice(-5)]).toEqual([3072, "eend\n"]);
  });
});
