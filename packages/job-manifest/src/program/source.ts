import { readFile } from "node:fs/promises";

/** The program as it is written: run.sh, and in the place of each `# --- NAME.sh ---` the file of that name beside it. */
export async function programSource(): Promise<string> {
  const run = await read("run.sh");
  const names = [...run.matchAll(PART)].map(([, name = ""]) => name);
  const parts = new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
  return run.replaceAll(PART, (_, name: string) => parts.get(name) ?? "");
}

const PART = /^# --- (\w+\.sh) ---$/gm;

async function read(name: string): Promise<string> {
  return (await readFile(new URL(name, import.meta.url), "utf8")).trimEnd();
}
