import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunInput } from "@opencode-k8s/job-manifest";
import { settings } from "../world/index.ts";
import { DATABASE_IS_GOOD, RunNamespace } from "./run-namespace.ts";
import { shellRun } from "./small-run.ts";

const { kubeconfig, image: agentImage, storageClass } = settings();

let namespace: RunNamespace;
beforeAll(async () => {
  namespace = await RunNamespace.open(kubeconfig);
});
afterAll(() => namespace[Symbol.asyncDispose]());

describe.concurrent("what a run's Secrets hold", () => {
  test("a prompt of 5 MB reaches the process byte for byte", async () => {
    // Parts of 1 MiB end within characters: of four bytes, and shifted by one.
    const prompt = `x${"😀".repeat(1_250_000)}\n$(HOME) end`;
    const { output, message } = await namespace.run(shellRun({ prompt }), "sha256sum | cut -c 1-64; id -u");
    expect(message).toBe("");
    expect(output).toBe(`${createHash("sha256").update(prompt).digest("hex")}\n1000\n`);
  });

  test("variables arrive as they are", async () => {
    const env = {
      EXPANSION: "$(HOME) $$(HOME) $$ $ $(X) $é",
      QUOTES: `'"\`\\ \\n`,
      LINES: "one\ntwo\n\n",
      EMOJI: "😀 é \u2028 \u0001",
      EMPTY: "",
      BIG: "v".repeat(130_000),
    };
    const { output, message } = await namespace.run(shellRun({ env }), "cat /proc/self/environ | base64");
    expect(message).toBe("");
    const strings = Buffer.from(output, "base64").toString("utf8").split("\0");
    for (const [name, value] of Object.entries(env)) expect(strings).toContain(`${name}=${value}`);
  });

  test("nothing of them can be seen in the Job, its pod or an event", async () => {
    const canaries = Array.from({ length: 5 }, () => `canary-${randomBytes(12).toString("hex")}`);
    const [prompt = "", apiKey = "", providerKey = "", auth = "", variable = ""] = canaries;
    const { output, visible } = await namespace.run(
      shellRun({
        prompt,
        openCodeConfig: { provider: { other: { options: { apiKey } } } },
        providerKeys: { example: providerKey },
        authJson: JSON.stringify({ third: { type: "api", key: auth } }),
        env: { TOKEN: variable },
      }),
      'cat; echo; env; cat "$XDG_DATA_HOME/opencode/auth.json" /run/opencode-k8s-input/provider-key.example',
    );
    for (const canary of canaries) {
      expect(output).toContain(canary);
      expect(visible).not.toContain(canary);
      expect(visible).not.toContain(Buffer.from(canary).toString("base64"));
    }
  });

  test("OpenCode itself reads a configuration of 300 KB, keys of providers and auth.json, none of them in the environment", async () => {
    const template = ` Review "this" \\ $& // {\n${"é".repeat(150_000)}\n`;
    const [providerKey, auth] = ["provider-key-of-a-run", "key-in-auth-json"];
    const { output, message } = await namespace.run(
      shellRun({
        image: agentImage,
        openCodeConfig: { command: { review: { template } } },
        providerKeys: { example: providerKey },
        authJson: JSON.stringify({ anthropic: { type: "api", key: auth } }),
      }),
      'PATH=${PATH#*:}; opencode debug config >"$TMPDIR/config"; cat "$TMPDIR/config"; echo; echo ---; opencode auth list 2>&1; echo ---; env',
    );
    expect(message).toBe("");
    const [config = "", list = "", environment = ""] = output.split("---\n");
    expect(JSON.parse(config)).toMatchObject({ command: { review: { template } } });
    expect(list).toContain("Anthropic");
    expect(environment).toContain("{file:/run/opencode-k8s-input/provider-key.example}");
    expect(environment).not.toContain(providerKey);
    expect(environment).not.toContain(auth);
  });
});

describe.concurrent("what a run leaves for the next one", () => {
  const SCRIPT = `${DATABASE_IS_GOOD}\ncat "$XDG_DATA_HOME/kept"; echo "$RUN" >>"$XDG_DATA_HOME/kept"; id -u`;

  async function runTwice(change: Partial<RunInput>): Promise<string> {
    await namespace.run(shellRun({ ...change, env: { RUN: "first" } }), SCRIPT);
    const { output } = await namespace.run(shellRun({ ...change, env: { RUN: "second" } }), SCRIPT);
    return output;
  }

  test("on a claim of the agent's own", async () => {
    const database = { mode: "dedicated_pvc", storageClass, capacity: "1Gi" } as const;
    expect(await runTwice({ agentId: "bob", database })).toBe("first\n1000\n");
  });

  test("on the shared claim, apart from other tasks", async () => {
    await namespace.createClaim("paperclip", storageClass);
    const shared: Partial<RunInput> = {
      dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
      database: { mode: "workspace_subpath" },
    };
    expect(await runTwice(shared)).toBe("first\n1000\n");
    const other = await namespace.run(shellRun({ ...shared, taskId: "task-2" }), SCRIPT);
    expect(other.output).toBe("1000\n");
  });
});
