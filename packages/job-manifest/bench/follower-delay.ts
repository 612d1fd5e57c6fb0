/**
 * How long a line that OpenCode wrote takes to the program's stdout, under each shell that is here: `pnpm run bench`.
 * The container runtime adds its own, which this does not see.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PROGRAM } from "../src/program/program.ts";

const LINES = 200;
const SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"]];

/** Writes the time, in milliseconds, as a line, at moments that are in no step with the follower's. */
const WRITER = `#!${process.execPath}
let left = ${LINES};
const write = () => {
  require("node:fs").writeSync(1, Date.now() + "\\n");
  if (--left > 0) setTimeout(write, 37 + (left * 31) % 61);
};
write();
`;

for (const shell of SHELLS) {
  const [program = "", ...args] = shell;
  if (spawnSync(program, [...args, "-c", ":"]).status !== 0) continue;
  const delays = (await delaysUnder(program, args)).toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => delays[Math.floor((delays.length - 1) * share)];
  console.log(
    `${shell.join(" ")}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms of ${delays.length} lines`,
  );
}

async function delaysUnder(program: string, args: readonly string[]): Promise<number[]> {
  const root = await mkdtemp(join(tmpdir(), "follower-delay-"));
  try {
    await mkdir(join(root, "bin"));
    await writeFile(join(root, "bin/opencode"), WRITER, { mode: 0o755 });
    await writeFile(join(root, "prompt"), "");
    const child = spawn(program, [...args, "-c", PROGRAM, "opencode-k8s"], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        PATH: `${root}/bin:/usr/bin:/bin`,
        HOME: root,
        TMPDIR: root,
        XDG_CONFIG_HOME: `${root}/config`,
        XDG_DATA_HOME: `${root}/data`,
        OPENCODE_DB: `${root}/data/opencode.db`,
        OPENCODE_K8S_RUN_DIR: `${root}/run`,
        OPENCODE_K8S_PROMPT: `${root}/prompt`,
        OPENCODE_K8S_WORKDIR: root,
        OPENCODE_K8S_TERMINATION_LOG: `${root}/termination-log`,
        OPENCODE_K8S_TIMEOUT_SEC: "60",
        OPENCODE_K8S_GRACE_SEC: "1",
        OPENCODE_K8S_OUTPUT_LIMIT: "1000000",
        OPENCODE_K8S_DATABASE_LIMIT: "1000000",
      },
    });
    const delays: number[] = [];
    for await (const line of createInterface(child.stdout))
      if (/^\d+$/.test(line)) delays.push(Date.now() - Number(line));
    return delays;
  } finally {
    await rm(root, { recursive: true });
  }
}
