import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import { dataDirectory } from "./home.ts";
import { ManifestError } from "../values/manifest-error.ts";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";

const shared: RunInput = {
  ...sampleInput,
  dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
  database: { mode: "workspace_subpath" },
};

function pathsOf(input: RunInput): Record<string, string | undefined> {
  const { env, workingDir } = buildRunObjects(input).job.spec!.template.spec!.containers[0]!;
  const paths = env!.filter(({ name }) => /^(HOME|OPENCODE_DB|XDG_.*|TMPDIR)$/.test(name));
  return { workingDir, ...Object.fromEntries(paths.map(({ name, value }) => [name, value])) };
}

describe("a run without a shared claim", () => {
  test("has its own home, and all of OpenCode's folders in what goes with the pod", () => {
    expect(pathsOf(sampleInput)).toEqual({
      workingDir: "/workspace",
      HOME: "/home/agent",
      TMPDIR: "/tmp",
      XDG_CONFIG_HOME: "/home/agent/.config",
      XDG_CACHE_HOME: "/home/agent/.cache",
      XDG_STATE_HOME: "/home/agent/.local/state",
      XDG_DATA_HOME: "/opencode-db",
      OPENCODE_DB: "/opencode-db/opencode.db",
    });
  });
});

describe("a run with the shared claim", () => {
  const data =
    "/paperclip/.opencode-k8s/c0ffee00-1111-4222-8333-444455556666/5f3c1c9e-8a44-4d7b-9a53-2f6f5d1f0b11/7c7c7c7c-aaaa-4bbb-8ccc-dddddddddddd";

  test("is at home there; state and caches go with the pod, the data of each task have a folder", () => {
    expect(pathsOf(shared)).toEqual({
      workingDir: "/workspace",
      HOME: "/paperclip",
      TMPDIR: "/tmp",
      XDG_CONFIG_HOME: "/paperclip/.config",
      XDG_CACHE_HOME: "/home/agent/.cache",
      XDG_STATE_HOME: "/home/agent/.local/state",
      XDG_DATA_HOME: data,
      OPENCODE_DB: `${data}/opencode.db`,
    });
  });

  test("keeps its home where it cannot write to the claim", () => {
    const readOnly: RunInput = { ...sampleInput, dataClaim: { ...shared.dataClaim!, readOnly: true } };
    expect(pathsOf(readOnly)["HOME"]).toBe("/home/agent");
  });

  test("starts at its top where it works in a folder of it, which may not be there yet", () => {
    expect(pathsOf({ ...shared, workingDir: "/paperclip/projects/new" })["workingDir"]).toBe("/paperclip");
  });

  test("has a folder for the data of each company, agent and task, whatever their ids are", () => {
    const id = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", ".", "a/b", "../../etc", "a", "b", "$(HOME)"),
    );
    const ids = fc.record({ companyId: id, agentId: id, taskId: id });
    const folder = (of: Partial<RunInput>): string | undefined => {
      try {
        return dataDirectory({ ...shared, ...of });
      } catch (error) {
        expect(error).toBeInstanceOf(ManifestError);
        return undefined;
      }
    };
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        const path = folder(one);
        if (path === undefined) return;
        expect(path).toMatch(/^\/paperclip\/\.opencode-k8s(\/[A-Za-z0-9][-_.A-Za-z0-9]{0,62}){3}$/);
        if (JSON.stringify(one) !== JSON.stringify(other)) expect(folder(other)).not.toBe(path);
      }),
    );
  });

  test.each<[string, Partial<RunInput>, string]>([
    ["no task", { taskId: "" }, "taskId"],
    ["no claim", { dataClaim: { ...shared.dataClaim!, readOnly: true } }, "database.mode"],
  ])("has no folder for data with %s", (_, change, field) => {
    expect(() => dataDirectory({ ...shared, ...change })).toThrow(expect.objectContaining({ field }));
  });
});

test("the sizes of what goes with the pod can be given", () => {
  const { volumes } = buildRunObjects({ ...sampleInput, scratch: { tmp: "1Gi" } }).job.spec!.template.spec!;
  const sizes = volumes!.flatMap(({ name, emptyDir }) => (emptyDir ? [[name, emptyDir.sizeLimit]] : []));
  expect(Object.fromEntries(sizes)).toEqual({
    workspace: "20Gi",
    home: "10Gi",
    tmp: "1Gi",
    run: "2Gi",
    database: "2Gi",
  });
  const wrong = (): unknown => buildRunObjects({ ...sampleInput, scratch: { run: "much" } });
  expect(wrong).toThrow(expect.objectContaining({ field: "scratch.run" }));
});
