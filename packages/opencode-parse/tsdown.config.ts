import { defineConfig } from "tsdown";
import { library } from "../../tsdown.library.ts";

/** Who judges runs shows none, mostly, and no browser needs a terminal: what is loaded stays below 8 KB. */
const entry = { index: "src/index.ts", transcript: "src/view/index.ts", terminal: "src/terminal/index.ts" };

export default defineConfig({ ...library, entry, platform: "neutral" });
