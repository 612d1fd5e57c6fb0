import fc from "fast-check";
import { expect, test } from "vitest";
import { buildRunObjects, type RunObjects } from "./build-run-objects.ts";
import { ManifestError } from "./values/manifest-error.ts";
import type { RunInput } from "./input/run-input.ts";
import { sampleInput } from "./sample-input.ts";

/** A run in which every option has a text. */
const full: RunInput = {
  ...sampleInput,
  sessionId: "ses_1",
  imagePullSecrets: ["registry"],
  serviceAccountName: "agent",
  labels: { team: "red" },
  annotations: { note: "a note" },
  nodeSelector: { pool: "agents" },
  tolerations: [{ key: "a", operator: "Equal", value: "b", effect: "NoExecute" }],
  priorityClassName: "agents",
  runtimeClassName: "gvisor",
  dnsPolicy: "None",
  dnsConfig: { nameservers: ["10.96.0.10"], searches: ["corp.example"], options: [{ name: "ndots", value: "2" }] },
  dataClaim: { claimName: "paperclip", mountPath: "/paperclip", subPath: "a/b" },
  extraVolumes: [{ name: "ca", mountPath: "/etc/ca", source: { configMap: { name: "ca" } } }],
  envValueFrom: { TOKEN: { secretKeyRef: { name: "git", key: "token" } } },
  envFrom: [{ prefix: "CI_", secretRef: { name: "ci" } }],
  providerKeys: { example: "a key" },
  files: [{ path: "skills/a/SKILL.md", content: "a skill" }],
  dind: { image: "docker:28-dind", storage: "1Gi", resources: { requests: { cpu: "1" }, limits: { memory: "1Gi" } } },
  networkPolicy: {
    dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    paperclip: { cidrs: ["10.0.0.1/32"], port: 3100 },
    egress: [{ cidrs: ["203.0.113.0/24"], ports: [443] }],
  },
  database: { mode: "dedicated_pvc", storageClass: "fast", capacity: "1Gi" },
};

const texts = JSON.stringify(full).match(/"(?:[^"\\]|\\.)*"(?!:)/g)?.length ?? 0;

/** The full run with another text in the place of its n-th. */
function withText(nth: number, text: string): RunInput {
  let seen = -1;
  return JSON.parse(JSON.stringify(full), (_, value: unknown) =>
    typeof value === "string" && (seen += 1) === nth ? text : value,
  ) as RunInput;
}

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("a", "B", "1", "-", ".", "_", "/", ":", "$", "(", ")", "\n", " ", "😀") }),
  fc.constantFrom("", "\0", "\ud800", "$(touch /canary)", "../../etc/passwd", "1e3", "x".repeat(100_000)),
);

function built(input: RunInput): RunObjects | null {
  try {
    return buildRunObjects(input);
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    return null;
  }
}

test("any text in any field makes the same objects each time, which JSON carries, or an error of ours", () => {
  expect(built(full)).not.toBeNull();
  let made = 0;
  fc.assert(
    fc.property(fc.nat(texts - 1), anyText, (nth, text) => {
      const objects = built(withText(nth, text));
      if (objects === null) return;
      made += 1;
      const json = JSON.stringify(objects);
      expect(JSON.stringify(built(withText(nth, text)))).toBe(json);
      expect(JSON.parse(json)).toEqual(objects);
      expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/);
      const { job, secrets, claim } = objects;
      expect(job.metadata?.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/);
      for (const { metadata } of [...secrets, ...(claim ? [claim] : [])])
        expect(metadata?.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/);
    }),
    { numRuns: 1000 },
  );
  expect(made).toBeGreaterThan(100);
});
