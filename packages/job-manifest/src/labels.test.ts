import { describe, expect, test } from "vitest";
import { buildRunObjects } from "./build-run-objects.ts";
import type { RunInput } from "./input/run-input.ts";
import { sampleInput } from "./sample-input.ts";

test("a user's labels and annotations are on every object of the run, and ours beside them", () => {
  const change = { labels: { team: "red" }, annotations: { "example.com/note": "any text: ü\n$(x)" } };
  const { job, secrets } = buildRunObjects({ ...sampleInput, ...change });
  for (const metadata of [job.metadata, job.spec?.template.metadata, ...secrets.map((secret) => secret.metadata)]) {
    expect(metadata?.labels).toMatchObject({ team: "red", "app.kubernetes.io/managed-by": "paperclip" });
    expect(metadata?.annotations).toMatchObject({
      ...change.annotations,
      "paperclip.io/agent-name": "Ada the Builder",
    });
  }
});

describe("refused by name", () => {
  test.each<[Partial<RunInput>, string, string]>([
    [{ labels: { "paperclip.io/agent-id": "x" } }, "labels", "paperclip.io/agent-id"],
    [{ labels: { "paperclip.io/new": "x" } }, "labels", "paperclip.io/new"],
    [{ labels: { "app.kubernetes.io/managed-by": "helm" } }, "labels", "app.kubernetes.io/managed-by"],
    [{ labels: { "batch.kubernetes.io/job-name": "x" } }, "labels", "batch.kubernetes.io/job-name"],
    [{ labels: { "controller-uid": "x" } }, "labels", "controller-uid"],
    [{ annotations: { "paperclip.io/x": "x" } }, "annotations", "paperclip.io/x"],
    [
      { annotations: { "container.apparmor.security.beta.kubernetes.io/opencode": "unconfined" } },
      "annotations",
      "apparmor",
    ],
    [{ labels: { "a//b": "x" } }, "labels", "a//b"],
    [{ labels: { team: "red team" } }, 'labels["team"]', "red team"],
    [{ annotations: { note: "a\0" } }, 'annotations["note"]', "NUL"],
    [{ annotations: { note: "x".repeat(262_144) } }, "annotations", "262144"],
    [{ agentName: "x".repeat(262_144) }, "agentName", "262144"],
  ])("%j", (change, field, text) => {
    const build = (): unknown => buildRunObjects({ ...sampleInput, ...change });
    expect(build).toThrow(expect.objectContaining({ name: "ManifestError", field }));
    expect(build).toThrow(text);
  });
});
