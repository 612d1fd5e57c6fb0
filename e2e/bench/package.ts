import { execFile } from "node:child_process";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { SIZE_LIMITS } from "../../scripts/size-limits.ts";
import { packAdapter } from "../paperclip/index.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 9;

/** What the packed adapter costs a Paperclip server before the first run: time to import it, and room on its disk. */
export async function packageFigures(): Promise<Figure[]> {
  const adapter = await packAdapter();
  try {
    const entry = pathToFileURL(join(adapter.folder, "dist/index.js")).href;
    const library = import.meta.resolve("@kubernetes/client-node");
    const ratios: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const theirs = await importSeconds(library);
      ratios.push((await importSeconds(entry)) / theirs);
    }
    const ratio = median(ratios);
    const allowed = SIZE_LIMITS["packages/adapter"]?.unpacked ?? NaN;
    const size = await sizeOf(adapter.folder);
    return [
      {
        name: "import of the adapter",
        baseline: 'import("@kubernetes/client-node")',
        ratio,
        wanted: "at most 0.25",
        ok: ratio <= 0.25,
        note: "processor time, each in a process of its own",
      },
      {
        name: "size of the installed adapter",
        baseline: `${allowed / 1e6} MB`,
        ratio: size / allowed,
        wanted: "at most 1.0",
        ok: size <= allowed,
        note: `${(size / 1e6).toFixed(2)} MB; it has no dependencies`,
      },
    ];
  } finally {
    await adapter.remove();
  }
}

/** Of the processor: neighbours on the machine do not count. */
async function importSeconds(url: string): Promise<number> {
  const program = `
    const before = process.cpuUsage();
    await import(${JSON.stringify(url)});
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(String((user + system) / 1e6), () => process.exit());
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  return Number(stdout);
}

async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await lstat(join(folder, name));
    if (found.isFile()) size += found.size;
  }
  return size;
}
