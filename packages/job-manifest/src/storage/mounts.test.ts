import { describe, expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { ExtraVolume, RunStorage } from "../input/storage.ts";
import { userMounts } from "./mounts.ts";
import { sampleInput } from "../sample-input.ts";

const workingDir = "/workspace";
const ca: ExtraVolume = { name: "ca", mountPath: "/etc/ca", source: { configMap: { name: "ca" } } };

test("nothing is mounted unless it is asked for", () => {
  expect(userMounts({ workingDir })).toEqual([]);
});

test("the shared claim, and a user's volumes under names of their own", () => {
  const dataClaim = { claimName: "paperclip", mountPath: "/paperclip", subPath: "agents", readOnly: true };
  expect(userMounts({ workingDir, dataClaim, extraVolumes: [ca] })).toEqual([
    {
      volume: { name: "data", persistentVolumeClaim: { claimName: "paperclip" } },
      mount: { name: "data", mountPath: "/paperclip", subPath: "agents", readOnly: true },
    },
    {
      volume: { name: "extra-ca", configMap: { name: "ca" } },
      mount: { name: "extra-ca", mountPath: "/etc/ca" },
    },
  ]);
});

test("a working directory on the shared claim has no emptyDir over it", () => {
  const dataClaim = { claimName: "paperclip", mountPath: "/paperclip" };
  const { job } = buildRunObjects({ ...sampleInput, dataClaim, workingDir: "/paperclip/site" });
  const mounts = job.spec?.template.spec?.containers[0]?.volumeMounts ?? [];
  expect(mounts.filter(({ mountPath }) => mountPath.startsWith("/paperclip"))).toEqual([
    { name: "data", mountPath: "/paperclip" },
  ]);
});

describe("refused by name", () => {
  const claim = (change: object): RunStorage => ({
    dataClaim: { claimName: "paperclip", mountPath: "/paperclip", ...change },
  });
  const extra = (...changes: object[]): RunStorage => ({
    extraVolumes: changes.map((change) => ({ ...ca, ...change })),
  });
  test.each<[RunStorage, string]>([
    [claim({ claimName: "Paper_Clip" }), "dataClaim.claimName"],
    [claim({ mountPath: "paperclip" }), "dataClaim.mountPath"],
    [claim({ mountPath: "/tmp" }), "dataClaim.mountPath"],
    [claim({ subPath: "../other" }), "dataClaim.subPath"],
    [claim({ subPath: "/abs" }), "dataClaim.subPath"],
    [claim({ subPath: "x".repeat(256) }), "dataClaim.subPath"],
    [claim({ mountPath: `/${"é".repeat(128)}` }), "dataClaim.mountPath"],
    [extra({ mountPath: "/x".repeat(1025) }), "extraVolumes[0].mountPath"],
    [claim({ mountPath: "/workspace/data" }), "workingDir"],
    [extra({ mountPath: "/workspace" }), "extraVolumes[0].mountPath"],
    [extra({ mountPath: "/home/agent/.ssh" }), "extraVolumes[0].mountPath"],
    [extra({}, { name: "b", mountPath: "/etc/ca/b" }), "extraVolumes[1].mountPath"],
    [extra({}, { mountPath: "/b" }), "extraVolumes[0].name"],
    [extra({ name: "A" }), "extraVolumes[0].name"],
    [extra({ name: "a".repeat(60) }), "extraVolumes[0].name"],
    [extra({ source: { hostPath: { path: "/" } } }), "extraVolumes[0].source"],
    [extra({ source: { nfs: {} } }), "extraVolumes[0].source"],
    [extra({ source: {} }), "extraVolumes[0].source"],
    [extra({ source: { emptyDir: {}, secret: {} } }), "extraVolumes[0].source"],
    [extra({ source: { secret: { secretName: "" } } }), "extraVolumes[0].source.secret.secretName"],
    [extra({ source: { emptyDir: { sizeLimit: "big" } } }), "extraVolumes[0].source.emptyDir.sizeLimit"],
  ])("%j", (storage, field) => {
    expect(() => userMounts({ workingDir, ...storage })).toThrow(
      expect.objectContaining({ name: "ManifestError", field }),
    );
  });
});
