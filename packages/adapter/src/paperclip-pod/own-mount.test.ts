import { describe, expect, test } from "vitest";
import { PAPERCLIP_POD } from "../../test/paperclip-pod.ts";
import { ownMount } from "./own-mount.ts";

const FOUND = { kind: "found", pod: PAPERCLIP_POD } as const;
/** As a run inherits it of that pod. */
const INHERITED = {
  namespace: "paperclip",
  "dataClaim.claimName": "paperclip-data",
  "dataClaim.mountPath": "/paperclip",
  "dataClaim.subPath": "live",
  "dataClaim.readOnly": false,
};

describe("the claim that runs share is", () => {
  test("where the Paperclip pod has it, wherever runs have it", () => {
    const here = { mountPath: "/paperclip", folders: [] };
    expect(ownMount(FOUND, INHERITED)).toEqual(here);
    expect(ownMount(FOUND, { ...INHERITED, "dataClaim.mountPath": "/data" })).toEqual(here);
  });

  test("below it, where runs have a folder of what the Paperclip pod has", () => {
    expect(ownMount(FOUND, { ...INHERITED, "dataClaim.subPath": "live/agents/" })).toEqual({
      mountPath: "/paperclip",
      folders: ["agents"],
    });
  });

  test.each([
    ["another claim", { "dataClaim.claimName": "other" }],
    ["no claim", { "dataClaim.claimName": undefined }],
    ["a claim of another namespace", { namespace: "agents" }],
    ["a folder that the Paperclip pod does not have", { "dataClaim.subPath": "liver" }],
    ["more of it than the Paperclip pod has", { "dataClaim.subPath": undefined }],
    ["one that runs cannot write to", { "dataClaim.readOnly": true }],
  ])("not to be had: %s", (_, change) => {
    expect(ownMount(FOUND, { ...INHERITED, ...change })).toBeNull();
  });

  test("not to be had outside of a pod", () => {
    expect(ownMount({ kind: "none" }, INHERITED)).toBeNull();
  });
});
