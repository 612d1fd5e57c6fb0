import { describe, expect, test } from "vitest";
import { rewritePaths } from "./rewrite-paths.ts";

const mappings = [
  { inContainer: "/work", onHost: "/host/pod/w" },
  { inContainer: "/work/deep", onHost: "/host/pod/d" },
  { inContainer: "/tmp", onHost: "/host/pod/t" },
];

describe("rewritePaths", () => {
  test.each([
    ["/work", "/host/pod/w"],
    ["/work/file", "/host/pod/w/file"],
    ["/work/deep/file", "/host/pod/d/file"],
    ["/work/deeper", "/host/pod/w/deeper"],
    ["/usr/bin:/work/bin:/tmp", "/usr/bin:/host/pod/w/bin:/host/pod/t"],
    ["--dir=/work", "--dir=/host/pod/w"],
    ['{"dir":"/work","key":"{file:/tmp/key}"}', '{"dir":"/host/pod/w","key":"{file:/host/pod/t/key}"}'],
  ])("%s", (text, expected) => {
    expect(rewritePaths(text, mappings)).toBe(expected);
  });

  test.each([
    "/workspace",
    "/work.bak",
    "/work-2",
    "/my/work",
    "../work",
    "~/work",
    "http://host/work",
    "http://host:80/tmp",
  ])("%s stays", (text) => {
    expect(rewritePaths(text, mappings)).toBe(text);
  });

  test("what was put in is not looked at again", () => {
    expect(rewritePaths("/tmp", [...mappings, { inContainer: "/host", onHost: "/elsewhere" }])).toBe("/host/pod/t");
  });
});
