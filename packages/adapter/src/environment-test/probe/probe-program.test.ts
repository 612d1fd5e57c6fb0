import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type ProbeAnswer, withLine } from "./probe-answer.ts";
import { PROBE_COMMAND } from "./probe-program.ts";

beforeEach(({ skip }) => skip(process.platform !== "linux", "a container's program: on Linux only"));

const folder = mkdtempSync(join(tmpdir(), "probe-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What an image has of what the program needs of a shell's tools. */
const TOOLS = ["tr", "cut", "sed", "head", "tail"];
const [, flag = "", ...PROGRAM] = PROBE_COMMAND;
/** Busybox has a wget of its own, which comes before that of the image. */
const SHELLS = [["dash"], ["bash", "--posix"]].filter(
  ([program = "", ...args]) => spawnSync(program, [...args, "-c", ":"]).status === 0,
);

function pathOf(program: string): string {
  const paths = (process.env["PATH"] ?? "").split(":").map((path) => join(path, program));
  return paths.find((path) => existsSync(path)) ?? program;
}

/** The answer in an image that has these programs, each a shell script. */
function answerIn(
  shell: readonly string[],
  programs: Record<string, string>,
  env: Record<string, string>,
): ProbeAnswer {
  const bin = mkdtempSync(join(folder, "bin-"));
  for (const tool of TOOLS) symlinkSync(pathOf(tool), join(bin, tool));
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const [program = "", ...args] = shell;
  const { stdout } = spawnSync(pathOf(program), [...args, flag, ...PROGRAM], {
    env: { PATH: bin, ...env },
    encoding: "utf8",
    // On a socket bash would take itself for a remote login, and read what those read.
    stdio: ["ignore", "pipe", "pipe"],
  });
  return stdout.split("\n").reduce(withLine, {});
}

const URL = { PAPERCLIP_API_URL: "http://paperclip:3100" };
/** OpenCode as a program of Bun's that is Bun when it is asked to be. */
const opencode = (bun: string): string => `if [ "\${BUN_BE_BUN-}" = 1 ]; then ${bun}; else echo 1.18.33; fi`;
const version = { kind: "version", version: "1.18.33" } as const;

describe.each(SHELLS)("in %s", (...shell) => {
  test("OpenCode says its version, and asks for Paperclip's health", () => {
    const program = opencode(`case $2 in *PAPERCLIP_API_URL*/api/health*) echo "status 204" ;; esac`);
    expect(answerIn(shell, { opencode: program }, URL)).toEqual({
      opencode: version,
      api: { kind: "status", status: 204 },
    });
  });

  test.each([
    ["without OpenCode", {}, { kind: "missing" }],
    ["with one that fails", { opencode: "echo cannot run >&2; exit 126" }, { kind: "failed", said: "cannot run" }],
  ])("%s that is said", (_, programs, wanted) => {
    expect(answerIn(shell, programs, {})).toEqual({ opencode: expect.objectContaining(wanted) as unknown });
  });

  test.each<[string, Record<string, string>, ProbeAnswer["api"]]>([
    [
      "node",
      { node: `[ "$1" = -e ] && echo "unreachable ECONNREFUSED no"` },
      { kind: "unreachable", why: "ECONNREFUSED no" },
    ],
    ["curl", { curl: `for url do :; done; echo "status 200 $url" | cut -c 1-10` }, { kind: "status", status: 200 }],
    [
      "a curl that fails",
      { curl: "echo 'curl: (7) refused'; echo 'status 000'; exit 7" },
      { kind: "unreachable", why: "curl: (7) refused status 000" },
    ],
    ["wget", { wget: "echo '  HTTP/1.1 403 Forbidden' >&2; exit 1" }, { kind: "status", status: 403 }],
    [
      "a wget that fails",
      { wget: "echo 'wget: no route' >&2; exit 1" },
      { kind: "unreachable", why: "wget: no route" },
    ],
    ["nothing", {}, { kind: "unchecked" }],
  ])("an older OpenCode, which is no Bun, leaves it to %s", (_, programs, api) => {
    const old = opencode("echo usage: opencode; exit 1");
    expect(answerIn(shell, { opencode: old, ...programs }, URL)).toEqual({ opencode: version, api });
  });

  test("where no address is known nobody is asked", () => {
    expect(answerIn(shell, { opencode: opencode("echo status 200") }, {})).toEqual({ opencode: version });
  });
});
