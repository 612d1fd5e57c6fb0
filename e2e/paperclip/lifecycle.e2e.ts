import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packAdapter, startPaperclip } from "./index.ts";
import type { ListedAdapter, Paperclip } from "./index.ts";
import { type Registry, type Release, startRegistry } from "./registry.ts";

const TYPE = "opencode_k8s";
const NAME = "paperclip-adapter-opencode-k8s";
const GATEWAY = { id: "gateway/coder", label: "Coder" };
/** What the form says of a field, by which it is seen whose code the server runs. */
const HINT = "Where the Jobs run; it must exist";

let registry: Registry;
let paperclip: Paperclip;
let packed: string;
const made = new AsyncDisposableStack();

beforeAll(async () => {
  const adapter = await packAdapter();
  made.defer(adapter.remove);
  packed = adapter.folder;
  registry = await startRegistry();
  made.defer(() => registry.close());
  const env = {
    npm_config_registry: registry.url,
    PAPERCLIP_ADAPTER_MODELS: JSON.stringify({ [TYPE]: [GATEWAY] }),
  };
  paperclip = await startPaperclip({ env });
  made.defer(() => paperclip.stop());
});

afterAll(() => made.disposeAsync());

/** A version of the package whose form says something else. */
async function release(version: string, hint: string): Promise<Release> {
  const folder = join(dirname(packed), version);
  await cp(packed, join(folder, "package"), { recursive: true });
  const manifest = JSON.parse(await readFile(join(packed, "package.json"), "utf8")) as Release["manifest"];
  await writeFile(join(folder, "package/package.json"), JSON.stringify({ ...manifest, version }));
  await say(join(folder, "package/dist/index.js"), HINT, hint);
  const tarball = join(dirname(packed), `${NAME}-${version}.tgz`);
  await promisify(execFile)("tar", ["-czf", tarball, "-C", folder, "package"]);
  return { manifest: { ...manifest, version }, tarball };
}

async function say(path: string, before: string, after: string): Promise<void> {
  const code = await readFile(path, "utf8");
  expect(code).toContain(before);
  await writeFile(path, code.replace(before, after));
}

const form = async (): Promise<string> => JSON.stringify(await paperclip.api.configSchema(TYPE));
const listed = async (): Promise<ListedAdapter | undefined> =>
  (await paperclip.api.listAdapters()).find(({ type }) => type === TYPE);

test("from the registry: installed, disabled and enabled, installed anew when there is a newer one, reloaded, removed", async () => {
  const { api } = paperclip;
  const { id: company } = await api.createCompany("Lifecycle");
  await registry.publish(await release("1.0.0", "This is 1.0.0"));

  expect(await api.installFromRegistry(NAME)).toMatchObject({ type: TYPE, packageName: NAME, version: "1.0.0" });
  expect(await listed()).toMatchObject({ source: "external", disabled: false, version: "1.0.0" });
  expect(await form()).toContain("This is 1.0.0");
  // The list of models that the server's environment has stands in the place of the adapter's.
  expect(await api.adapterModels(company, TYPE)).toEqual([GATEWAY]);

  await api.disableAdapter(TYPE, true);
  expect(await listed()).toMatchObject({ disabled: true });
  await api.disableAdapter(TYPE, false);
  expect(await listed()).toMatchObject({ disabled: false });

  await registry.publish(await release("1.1.0", "This is 1.1.0"));
  expect(await api.reinstallAdapter(TYPE)).toMatchObject({ version: "1.1.0", reinstalled: true });
  expect(await form()).toContain("This is 1.1.0");

  const [code = ""] = globSync(`**/node_modules/${NAME}/dist/index.js`, { cwd: paperclip.home });
  await say(join(paperclip.home, code), "This is 1.1.0", "This was changed where it lies");
  expect(await api.reloadAdapter(TYPE)).toMatchObject({ reloaded: true });
  expect(await form()).toContain("This was changed where it lies");

  expect(await api.removeAdapter(TYPE)).toMatchObject({ removed: true });
  expect(await listed()).toBeUndefined();
  expect(globSync(`**/node_modules/${NAME}/dist/index.js`, { cwd: paperclip.home })).toEqual([]);
  await expect(api.configSchema(TYPE)).rejects.toMatchObject({ status: 404 });

  expect(await api.installFromRegistry(NAME)).toMatchObject({ version: "1.1.0" });
  // Paperclip imports it by its path, and Node has kept what it imported there first.
  await api.reloadAdapter(TYPE);
  expect(await form()).toContain("This is 1.1.0");
});
