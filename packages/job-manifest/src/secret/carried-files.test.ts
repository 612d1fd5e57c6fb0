import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { RunFile } from "../input/files.ts";
import { sampleInput } from "../sample-input.ts";

type Item = { key: string; path: string; mode?: number };

/** The files as the kubelet would put them into the input directory. */
function mounted(files: readonly RunFile[]): Map<string, { bytes: Buffer; mode?: number }> {
  const { job, secrets } = buildRunObjects({ ...sampleInput, files });
  const { sources = [] } = job.spec!.template.spec!.volumes!.find(({ name }) => name === "input")!.projected!;
  const found = new Map<string, { bytes: Buffer; mode?: number }>();
  for (const { secret } of sources) {
    const { data } = secrets.find(({ metadata }) => metadata!.name === secret!.name)!;
    for (const { key, path, mode } of secret!.items as Item[])
      found.set(path, { bytes: Buffer.from(data![key]!, "base64"), ...(mode === undefined ? {} : { mode }) });
  }
  return found;
}

describe("files that go with a run", () => {
  test("lie in real folders below files/, texts and bytes as they are", () => {
    const bytes = new Uint8Array([0, 255, 10, 128]);
    const found = mounted([
      { path: "skills/a/SKILL.md", content: "é\n" },
      { path: "skills/a/logo.png", content: bytes },
      { path: "skills/a/check.sh", content: "", executable: true },
    ]);
    expect(found.get("files/skills/a/SKILL.md")).toEqual({ bytes: Buffer.from("é\n") });
    expect(found.get("files/skills/a/logo.png")).toEqual({ bytes: Buffer.from(bytes) });
    expect(found.get("files/skills/a/check.sh")).toEqual({ bytes: Buffer.alloc(0), mode: 0o550 });
  });

  test("count as what the run carries, over as many Secrets as it takes", () => {
    const files = Array.from({ length: 9 }, (_, index) => ({ path: `${index}`, content: new Uint8Array(900_000) }));
    expect(buildRunObjects({ ...sampleInput, files }).secrets.length).toBe(9);
    const tenth = { path: "9", content: new Uint8Array(900_000) };
    expect(() => buildRunObjects({ ...sampleInput, files: [...files, tenth] })).toThrow(/a run carries 8388608/);
  });

  test.each([
    ["", /files\[0\]\.path is ""/],
    ["/etc/passwd", /relative path/],
    ["../prompt", /relative path/],
    ["a/../../prompt", /relative path/],
    ["a//b", /relative path/],
    ["a/", /relative path/],
    ["./a", /relative path/],
    [`${"é".repeat(128)}`, /255 bytes/],
    ["a\0b", /NUL/],
  ])("%j is refused as a path", (path, message) => {
    expect(() => mounted([{ path, content: "" }])).toThrow(message);
  });

  test.each([
    ["a", "a"],
    ["a", "a/b"],
    ["a/b/c", "a/b"],
  ])("%j and %j cannot be both", (one, other) => {
    const files = [one, other].map((path) => ({ path, content: "" }));
    expect(() => mounted(files)).toThrow("files[1].path");
  });

  test("a file that is longer than a Secret names itself", () => {
    expect(() => mounted([{ path: "a", content: "x".repeat(1024 * 1024 + 1) }])).toThrow(/files\[0\]\.content has/);
  });

  test("text that has no UTF-8 names itself", () => {
    expect(() => mounted([{ path: "a", content: "\ud800" }])).toThrow("files[0].content is not well-formed");
  });

  test("of any path: it stays below files/, or is refused", () => {
    const path = fc
      .array(fc.constantFrom("a", "..", ".", "", "/", "b c", "prompt", "..data"))
      .map((parts) => parts.join("/"));
    fc.assert(
      fc.property(path, (given) => {
        let found: string[];
        try {
          found = [...mounted([{ path: given, content: "" }]).keys()];
        } catch (error) {
          expect(String(error)).toContain("files[0].path");
          return;
        }
        expect(found).toContain(`files/${given}`);
        expect(given.split("/").every((name) => !["", ".", ".."].includes(name))).toBe(true);
      }),
    );
  });
});
