import { type Plugin, rolldown } from "rolldown";

const ENTRY = "entry-of-the-bundle";

/** The module `code`, with all it imports by absolute paths, as a browser's bundler would bundle it: one file for no platform in particular. */
export async function bundle(code: string, format: "esm" | "cjs", minify: boolean = false): Promise<string> {
  const entry: Plugin = {
    name: ENTRY,
    resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : null),
    load: (id) => (id === `\0${ENTRY}` ? code : null),
  };
  const build = await rolldown({ input: ENTRY, platform: "neutral", plugins: [entry] });
  try {
    const { output } = await build.generate({ format, minify, codeSplitting: false });
    return output[0].code;
  } finally {
    await build.close();
  }
}
