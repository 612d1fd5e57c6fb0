import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { settings } from "../world/index.ts";
import { type Ran, RunNamespace } from "./run-namespace.ts";
import { openCodeRun, shellRun } from "./small-run.ts";

const { kubeconfig, hostIp, storageClass } = settings();

let namespace: RunNamespace;
let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer({ host: hostIp });
  namespace = await RunNamespace.open(kubeconfig);
});
afterAll(async () => {
  await namespace[Symbol.asyncDispose]();
  await models.close();
});

/** The receipt counts what the log has before it. */
function expectCounted({ output, receipt }: Pick<Ran, "output" | "receipt">): void {
  const bytes = Buffer.byteLength(output);
  expect({ lines: receipt.lines, bytes: receipt.bytes }).toEqual({ lines: output.split("\n").length - 1, bytes });
}

function sessions(output: string): Set<string> {
  return new Set([...output.matchAll(/"sessionID":"(ses_\w+)"/g)].map(([, id]) => id ?? ""));
}

describe.concurrent("the program, with a shell and a script for OpenCode", () => {
  test("says at once all that is missing, and starts nothing", async () => {
    await namespace.createClaim("read-only", storageClass);
    const dataClaim = { claimName: "read-only", mountPath: "/paperclip" };
    const ran = await namespace.run(shellRun({ dataClaim, workingDir: "/paperclip/nowhere" }), undefined, (pod) => {
      for (const mount of pod.containers[0]?.volumeMounts ?? [])
        if (mount.mountPath === "/paperclip") mount.readOnly = true;
    });
    expect(ran.message.trimEnd().split("\n")).toEqual([
      "opencode-k8s: /paperclip cannot be written by user 1000",
      expect.stringContaining("there is no executable 'opencode' in PATH"),
      "opencode-k8s: cannot enter the working directory /paperclip/nowhere",
    ]);
    expect([ran.output, ran.exitCode, ran.containerExitCode]).toEqual(["", 78, 78]);
  });

  test("ends an OpenCode that prints without end, and delivers what it wrote", async () => {
    const endless = "while :; do echo 0123456789; sleep 0.01; done";
    const ran = await namespace.run(shellRun({ maxOutputBytes: 1000 }), endless);
    expect(ran.receipt).toMatchObject({ stopReason: "output_limit", signal: "SIGTERM" });
    expect(ran.receipt.bytes).toBeGreaterThan(1000);
    expect(new Set(ran.output.trimEnd().split("\n"))).toEqual(new Set(["0123456789"]));
    expectCounted(ran);
  });

  test("ends a tool that left OpenCode's session, before the receipt", async () => {
    const tool = "trap 'echo told; exit' TERM; echo begun; : >$TMPDIR/begun; while :; do sleep 0.1; done";
    const begun = 'until [ -e "$TMPDIR/begun" ]; do sleep 0.1; done';
    const ran = await namespace.run(shellRun(), `setsid sh -c "${tool}" & ${begun}; exit 4`);
    expect([ran.output, ran.exitCode, ran.containerExitCode]).toEqual(["begun\ntold\n", 4, 4]);
    expect(ran.receipt.warnings).toContain("orphans_ended");
    expectCounted(ran);
  });

  test("keeps a database aside that is none, says so, and goes on", async () => {
    const database = { mode: "dedicated_pvc", storageClass, capacity: "1Gi" } as const;
    // As OpenCode does, it makes a database where there is none, before it answers a question.
    const answers = `if [ "$1" = db ]; then
      if grep -q "no database" "$OPENCODE_DB"; then echo "file is not a database" >&2; exit 1; fi
      printf 'SQLite format 3\\0' >"$OPENCODE_DB"; echo ok; exit
    fi`;
    const run = (script: string): Promise<Ran> =>
      namespace.run(shellRun({ agentId: "eve", database }), `${answers}\n${script}`);
    await run('echo "no database" >"$OPENCODE_DB"');
    const ran = await run('cat "$OPENCODE_DB.aside"; head -c 15 "$OPENCODE_DB"; echo');
    expect([ran.output, ran.exitCode]).toEqual(["no database\nSQLite format 3\n", 0]);
    expect(ran.message).toContain("it is kept as");
    expect(ran.receipt.warnings).toContain("database_unreadable");
  });

  test("keeps stderr apart: no line is torn, and its end is the container's last words", async () => {
    const noise =
      'i=0; while [ $i -lt 500 ]; do printf \'{"n":\'; echo noise $i >&2; echo "$i}"; i=$((i+1)); done; exit 3';
    const ran = await namespace.run(shellRun(), noise);
    expect(ran.output.trimEnd().split("\n")).toEqual(Array.from({ length: 500 }, (_, n) => `{"n":${n}}`));
    expect(ran.message.endsWith("noise 498\nnoise 499\n")).toBe(true);
    expect(ran.exitCode).toBe(3);
    expectCounted(ran);
  });
});

describe("the program, with the real OpenCode", () => {
  test("goes on with a session that is there, and begins anew once with one that is not", async () => {
    const database = { mode: "dedicated_pvc", storageClass, capacity: "1Gi" } as const;
    const run = (sessionId?: string): Promise<Ran> =>
      namespace.run(
        openCodeRun(models, "text", { agentId: "bob", database, ...(sessionId ? { sessionId } : {}) }),
        undefined,
      );
    const first = await run();
    const [session] = sessions(first.output);
    const resumed = await run(session);
    expect([resumed.exitCode, resumed.receipt.freshSession]).toEqual([0, false]);
    expect(sessions(resumed.output)).toEqual(new Set([session]));
    const unknown = await run("ses_doesnotexist");
    expect([unknown.exitCode, unknown.receipt.freshSession, unknown.message]).toEqual([0, true, ""]);
    const [fresh, ...others] = sessions(unknown.output);
    expect(others).toEqual([]);
    expect(fresh).toMatch(/^ses_/);
    expect([session, "ses_doesnotexist"]).not.toContain(fresh);
    expectCounted(unknown);
  });

  test("goes on with a session in the directory that it was made in, also through a link, and nowhere else", async () => {
    await namespace.createClaim("places", storageClass);
    const shared = {
      agentId: "carl",
      database: { mode: "dedicated_pvc", storageClass, capacity: "1Gi" },
      dataClaim: { claimName: "places", mountPath: "/paperclip" },
    } as const;
    await namespace.run(
      shellRun({ ...shared, workingDir: "/paperclip" }),
      "mkdir /paperclip/real /paperclip/other && ln -s real /paperclip/link",
    );
    const run = (workingDir: string, sessionId?: string): Promise<Ran> =>
      namespace.run(
        openCodeRun(models, "text", { ...shared, workingDir, ...(sessionId ? { sessionId } : {}) }),
        undefined,
      );
    const [session] = sessions((await run("/paperclip/real")).output);
    const linked = await run("/paperclip/link", session);
    expect([linked.exitCode, linked.receipt.freshSession, linked.receipt.warnings]).toEqual([0, false, []]);
    expect(sessions(linked.output)).toEqual(new Set([session]));
    // OpenCode itself would go on with it in /paperclip/real, and never print a line.
    const elsewhere = await run("/paperclip/other", session);
    expect([elsewhere.exitCode, elsewhere.receipt.freshSession]).toEqual([0, true]);
    expect(elsewhere.receipt.warnings).toEqual(["session_elsewhere"]);
    expect(elsewhere.message).toContain("was made in /paperclip/real, and cannot be gone on with in /paperclip/other");
    expect(sessions(elsewhere.output)).not.toContain(session);
    expectCounted(elsewhere);
  });
});
