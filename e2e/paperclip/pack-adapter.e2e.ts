import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { compileFunction } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { npm } from "./npm.ts";
import { type PackedAdapter, packAdapter } from "./pack-adapter.ts";

interface Manifest {
  readonly exports: {
    readonly ".": { readonly default: string };
    readonly "./cli": { readonly default: string };
    readonly "./ui-parser": string;
  };
  readonly dependencies?: object;
}

let packed: PackedAdapter;
let manifest: Manifest;
beforeAll(async () => {
  packed = await packAdapter();
  manifest = JSON.parse(await readFile(join(packed.folder, "package.json"), "utf8")) as Manifest;
});
afterAll(() => packed.remove());

function urlOf({ default: path }: { readonly default: string }): string {
  return pathToFileURL(join(packed.folder, path)).href;
}

/** What the adapter answers on another Node, from a folder with no node_modules above it: every import that was not bundled fails. */
async function answersOnNode(version: string): Promise<{ result: unknown; tested: unknown }> {
  const script = `
    const { createServerAdapter } = await import(${JSON.stringify(urlOf(manifest.exports["."]))});
    const { execute, testEnvironment } = createServerAdapter();
    const run = { agent: {}, config: {}, context: {}, runtime: {}, onLog: async () => {} };
    console.log(JSON.stringify({ result: await execute(run), tested: await testEnvironment({ config: {} }) }));
  `;
  const node = ["exec", "--yes", `--package=node@${version}`, "--", "node"];
  const output = await npm([...node, "--input-type=module", "--eval", script], packed.folder);
  return JSON.parse(output) as { result: unknown; tested: unknown };
}

function incomplete(message: RegExp): { result: unknown; tested: unknown } {
  const code = "configuration_incomplete";
  return {
    result: expect.objectContaining({
      exitCode: 1,
      errorCode: code,
      errorMessage: expect.stringMatching(message) as string,
    }),
    tested: expect.objectContaining({
      checks: expect.arrayContaining([
        expect.objectContaining({ code, level: "error", message: expect.stringMatching(message) as string }),
      ]) as unknown[],
    }),
  };
}

test("the packed adapter needs nothing that is not in its package", async () => {
  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  // It has come as far as the configuration.
  expect(await answersOnNode("24")).toEqual(incomplete(/^model: give the model/));
});

test("it is imported by Node 20 as well, and says which version it needs", async () => {
  const needed = /^Paperclip runs on Node 20\..* the adapter needs 22\.19 or newer/;
  expect(await answersOnNode("20")).toEqual(incomplete(needed));
});

test("its parser is what Paperclip's worker evaluates: one script, and nothing around it", async () => {
  const source = await readFile(join(packed.folder, manifest.exports["./ui-parser"]), "utf8");
  const module = { exports: {} as { parseStdoutLine?: (line: string, ts: string) => unknown } };
  // As its worker does it, but that this has no lint rule against it.
  const evaluate = compileFunction(`"use strict";\n{\n${source}\n}`, ["exports", "module", "self", "globalThis"]);
  Reflect.apply(evaluate, undefined, [module.exports, module, undefined, undefined]);

  const line = JSON.stringify({
    type: "text",
    timestamp: 1,
    sessionID: "ses_1",
    part: { type: "text", text: "Done." },
  });
  expect(module.exports.parseStdoutLine?.(line, "now")).toEqual([{ kind: "assistant", ts: "now", text: "Done." }]);
});

test("its formatter for the terminal prints what that parser gives", async () => {
  const text = JSON.stringify({
    type: "text",
    timestamp: 1,
    sessionID: "ses_1",
    part: { type: "text", text: "Done." },
  });
  const script = `
    const { formatStdoutEvent, type } = await import(${JSON.stringify(urlOf(manifest.exports["./cli"]))});
    formatStdoutEvent("[paperclip] " + type, false);
    formatStdoutEvent(${JSON.stringify(text)}, false);
  `;
  const { FORCE_COLOR: _, OPENCODE_K8S_TYPE: __, ...env } = process.env;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: packed.folder,
    env,
  });
  expect(stdout).toBe("· opencode_k8s\n● Done.\n");
});
