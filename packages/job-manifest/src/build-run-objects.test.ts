import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRunObjects } from "./build-run-objects.ts";
import { expand } from "./kubernetes-expansion.test-support.ts";
import { AGENT_JOB_SELECTOR } from "./labels.ts";
import { ManifestError } from "./manifest-error.ts";
import { PROGRAM } from "./program/program.ts";
import type { RunInput } from "./run-input.ts";
import { sampleInput } from "./sample-input.ts";
import { ownedBy } from "./secret.ts";

/** What the process in the container gets, as kubelet and container runtime put it together. */
function delivered(input: RunInput): {
  command: string[];
  args: string[];
  env: Record<string, string>;
  prompt: string;
  agentName: string | undefined;
} {
  const { job, secret } = buildRunObjects(input);
  const container = job.spec!.template.spec!.containers[0]!;
  const secretValue = (key: string): string => Buffer.from(secret.data![key]!, "base64").toString("utf8");
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    env[name] = valueFrom === undefined ? expand(value ?? "", env) : secretValue(valueFrom.secretKeyRef!.key);
  }
  return {
    command: container.command!.map((text) => expand(text, env)),
    args: container.args!.map((text) => expand(text, env)),
    env,
    prompt: secretValue("prompt"),
    agentName: job.spec!.template.metadata!.annotations!["paperclip.io/agent-name"],
  };
}

/** The delivered objects, or undefined when the input was refused; any other error is a bug. */
function deliveredOrRefused(input: RunInput): ReturnType<typeof delivered> | undefined {
  try {
    return delivered(input);
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** Any text, and often the sort that breaks shells, YAML, Kubernetes and C. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("$", "(", ")", "HOME", "'", '"', "`", "\\", "\n", "é", "-", " ", "{{", "😀") }),
  fc.constantFrom("\0", "\ud800", "$(touch /canary)", "$$(HOME)", "../../etc/passwd", "x".repeat(200_000)),
);

describe("any text arrives, or is refused by name", () => {
  test("prompt, name, arguments, environment", () => {
    const texts = fc.record({ prompt: anyText, agentName: anyText, extra: anyText, value: anyText });
    fc.assert(
      fc.property(texts, ({ prompt, agentName, extra, value }) => {
        const input = { ...sampleInput, prompt, agentName, extraArgs: [extra], env: { VALUE: value } };
        const result = deliveredOrRefused(input);
        if (result === undefined) return;
        expect(result.command).toEqual(["/bin/sh", "-c", PROGRAM, "opencode-k8s"]);
        expect([result.prompt, result.agentName, result.args.at(-1), result.env["VALUE"]]).toEqual([
          prompt,
          agentName,
          extra,
          value,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test("ids give names and labels that Kubernetes takes", () => {
    fc.assert(
      fc.property(anyText, anyText, (agentId, runId) => {
        let objects;
        try {
          objects = buildRunObjects({
            ...sampleInput,
            agentId,
            runId,
            database: { mode: "dedicated_pvc", capacity: "1Gi" },
          });
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
          return;
        }
        const { job, secret, claim } = objects;
        expect(job.metadata!.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/);
        for (const { metadata } of [secret, claim!])
          expect(metadata!.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/);
        for (const value of Object.values(job.metadata!.labels!)) {
          expect(value).toMatch(/^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/);
        }
      }),
    );
  });

  test("names of variables", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: fc.constantFrom("A", "_", "1", "-", ".") })), (name) => {
        const result = deliveredOrRefused({ ...sampleInput, env: { [name]: "value" } });
        if (result !== undefined) expect(result.env[name]).toBe("value");
      }),
    );
  });
});

describe("nothing secret in the Job", () => {
  test("prompt, configuration and environment are references", () => {
    const { job } = buildRunObjects(sampleInput);
    const text = JSON.stringify(job);
    for (const secret of ["not-a-real-key", "not-a-real-token", "failing test"]) expect(text).not.toContain(secret);
  });
});

describe("refusals name the field, and never its value", () => {
  test.each<[string, Partial<RunInput>, string]>([
    ["a model without provider", { model: "gpt" }, "model"],
    ["no prompt", { prompt: " \n" }, "prompt"],
    ["NUL in the prompt", { prompt: "a\0b" }, "prompt"],
    ["NUL in a variable", { env: { KEY: "s3cret\0" } }, "env.KEY"],
    ["a variable of ours", { env: { HOME: "/root" } }, "env.HOME"],
    ["a variable of the program", { env: { OPENCODE_K8S_RUN_DIR: "/" } }, "env.OPENCODE_K8S_RUN_DIR"],
    ["a name that is none", { env: { "a-b": "s3cret" } }, 'env["a-b"]'],
    ["128 KiB in a variable", { env: { BIG: "s3cret".repeat(22_000) } }, "env.BIG"],
    ["128 KiB of configuration", { openCodeConfig: { x: "s3cret".repeat(22_000) } }, "openCodeConfig"],
    ["more than a Secret holds", { prompt: "s3cret".repeat(200_000) }, "prompt, openCodeConfig and env"],
    ["a quantity that is none", { resources: { requests: { cpu: "lots" }, limits: {} } }, "resources.requests.cpu"],
    ["a claim without size", { database: { mode: "dedicated_pvc", capacity: "" } }, "database.capacity"],
    ["half a second", { timeoutSec: 0.5 }, "timeoutSec"],
    ["a relative directory", { workingDir: "work" }, "workingDir"],
    ["a directory that climbs", { workingDir: "/work/../tmp" }, "workingDir"],
    ["a directory of ours", { workingDir: "/tmp/x" }, "workingDir"],
    ["a namespace that is none", { namespace: "My_Space" }, "namespace"],
    ["an image with a blank", { image: "a b" }, "image"],
  ])("%s", (_, change, field) => {
    const refusal = (): unknown => buildRunObjects({ ...sampleInput, ...change });
    expect(refusal).toThrow(ManifestError);
    expect(refusal).toThrow(expect.objectContaining({ field, message: expect.not.stringContaining("s3cret") }));
  });
});

describe("OpenCode's catalogue of models", () => {
  const modelsPath = (change: Partial<RunInput>): string | undefined =>
    delivered({ ...sampleInput, ...change }).env["OPENCODE_MODELS_PATH"];

  test("is left out when the configuration defines every model it names", () => {
    expect(modelsPath({})).toBe("/run/opencode-k8s/models.json");
  });

  test("stays for a model that only the catalogue knows", () => {
    expect(modelsPath({ model: "anthropic/claude" })).toBeUndefined();
    expect(
      modelsPath({ openCodeConfig: { ...sampleInput.openCodeConfig, small_model: "openai/mini" } }),
    ).toBeUndefined();
  });

  test("is the agent's own where its environment says so", () => {
    expect(modelsPath({ env: { OPENCODE_MODELS_PATH: "/my/models.json" } })).toBe("/my/models.json");
  });
});

test("the pods carry what the shared watch selects by", () => {
  const { labels } = buildRunObjects(sampleInput).job.spec!.template.metadata!;
  for (const term of AGENT_JOB_SELECTOR.split(",")) {
    const [key = "", value] = term.split("=");
    expect(labels![key]).toBe(value);
  }
});

describe("ownedBy", () => {
  test("binds the Secret to the Job that the server answered with", () => {
    const { job, secret } = buildRunObjects(sampleInput);
    const owned = ownedBy(secret, { ...job, metadata: { ...job.metadata, uid: "u1" } });
    expect(owned.metadata!.ownerReferences).toEqual([
      {
        apiVersion: "batch/v1",
        kind: "Job",
        name: job.metadata!.name,
        uid: "u1",
        controller: false,
        blockOwnerDeletion: false,
      },
    ]);
    expect(owned.data).toEqual(secret.data);
  });

  test("refuses a Job without uid", () => {
    const { job, secret } = buildRunObjects(sampleInput);
    expect(() => ownedBy(secret, job)).toThrow(ManifestError);
  });
});
