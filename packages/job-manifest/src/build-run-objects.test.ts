import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRunObjects } from "./build-run-objects.ts";
import { expand } from "./kubernetes-expansion.test-support.ts";
import { AGENT_JOB_SELECTOR } from "./labels.ts";
import { ManifestError } from "./values/manifest-error.ts";
import { PROGRAM } from "./program/program.ts";
import type { RunInput } from "./input/run-input.ts";
import { sampleInput } from "./sample-input.ts";
import { ownedBy } from "./secret/secret.ts";

/** What the process in the container gets, as kubelet and container runtime put it together. */
function delivered(input: RunInput): {
  command: string[];
  args: string[];
  env: Record<string, string>;
  prompt: string;
  agentName: string | undefined;
} {
  const { job, secrets } = buildRunObjects(input);
  const pod = job.spec!.template.spec!;
  const container = pod.containers[0]!;
  const bytes = (secretName: string | undefined, key: string): Buffer =>
    Buffer.from(secrets.find(({ metadata }) => metadata!.name === secretName)!.data![key]!, "base64");
  // A variable may be called __proto__.
  const env = Object.create(null) as Record<string, string>;
  for (const { name, value, valueFrom } of container.env ?? []) {
    env[name] =
      valueFrom === undefined
        ? expand(value ?? "", env)
        : bytes(valueFrom.secretKeyRef!.name, valueFrom.secretKeyRef!.key).toString("utf8");
  }
  const files = pod
    .volumes!.find(({ name }) => name === "input")!
    .projected!.sources!.flatMap(({ secret }) =>
      secret!.items!.map(({ key, path }): [string, Buffer] => [path, bytes(secret!.name, key)]),
    );
  // As the program puts it together: the file, or its parts in the order of their names.
  const parts = files.filter(([path]) => /^prompt(\.\d+)?$/.test(path)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    command: container.command!.map((text) => expand(text, env)),
    args: container.args!.map((text) => expand(text, env)),
    env,
    prompt: Buffer.concat(parts.map(([, part]) => part)).toString("utf8"),
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

function bigEnvironment(count: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`BIG_${index}`, value]));
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
        const { job, secrets, claim } = objects;
        expect(job.metadata!.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/);
        for (const { metadata } of [...secrets, claim!])
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

describe("a run of more than a Secret holds", () => {
  const limit = 1024 * 1024;
  const sizeOf = (data: Record<string, string>): number =>
    Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text, "base64"), 0);

  test("has several, each within Kubernetes' limit, and arrives byte for byte", () => {
    const size = fc.integer({ min: 1, max: 1_300_000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 0, max: 8 }), (emoji, plain, count) => {
        // Characters of four bytes: parts end within them.
        const prompt = `${"x".repeat(plain)}${"😀".repeat(emoji)}`;
        const input = { ...sampleInput, prompt, env: bigEnvironment(count, "v".repeat(120_000)) };
        const { secrets } = buildRunObjects(input);
        for (const { data, immutable } of secrets) {
          expect(sizeOf(data!)).toBeLessThanOrEqual(limit);
          expect(immutable).toBe(true);
        }
        const result = delivered(input);
        expect(result.prompt === prompt).toBe(true);
        expect(result.env).toMatchObject(input.env);
      }),
      { numRuns: 20 },
    );
  });

  test("has them called after the Job", () => {
    const { job, secrets } = buildRunObjects({ ...sampleInput, prompt: "x".repeat(2 * limit + 1) });
    const name = job.metadata!.name!;
    expect(secrets.map(({ metadata }) => metadata!.name)).toEqual([
      `${name}-input`,
      `${name}-input-1`,
      `${name}-input-2`,
    ]);
    expect(secrets.map(({ data }) => Object.keys(data!))).toEqual([
      ["prompt.002", "opencode.json", "env.PAPERCLIP_API_KEY", "env.PAPERCLIP_RUN_ID"],
      ["prompt.000"],
      ["prompt.001"],
    ]);
  });

  test("is refused above 8 MiB, with the sizes of the largest", () => {
    expect(() => buildRunObjects({ ...sampleInput, prompt: "x".repeat(8 * limit) })).toThrow(
      /largest: prompt 8388608, openCodeConfig \d+, env\.PAPERCLIP_RUN_ID 36/,
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
    ["128 KiB of configuration", { openCodeConfig: { x: Array(22_000).fill("s3cret") } }, "openCodeConfig"],
    ["1 MiB in one text of it", { openCodeConfig: { x: "s3cret".repeat(200_000) } }, "openCodeConfig"],
    ["a provider that is none", { providerKeys: { "../x": "s3cret" } }, 'providerKeys["../x"]'],
    ["credentials that are no JSON object", { authJson: '["s3cret"]' }, "authJson"],
    ["no key of a provider", { providerKeys: { anthropic: "" } }, "providerKeys.anthropic"],
    ["128 KiB in an argument", { extraArgs: ["s3cret".repeat(22_000)] }, "extraArgs[0]"],
    ["more than a run carries", { prompt: "s3cret".repeat(1_400_000) }, "prompt"],
    ["1 MiB of environment", { env: bigEnvironment(9, "s3cret".repeat(20_000)) }, "env"],
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
    const { job, secrets } = buildRunObjects(sampleInput);
    const secret = secrets[0]!;
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
    const { job, secrets } = buildRunObjects(sampleInput);
    expect(() => ownedBy(secrets[0]!, job)).toThrow(ManifestError);
  });
});
