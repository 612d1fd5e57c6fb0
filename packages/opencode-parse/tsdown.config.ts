import { defineConfig } from "tsdown";
import { library } from "../../tsdown.library.ts";

/** The terminal is an entry of its own: no browser needs it. */
const entry = { index: "src/index.ts", terminal: "src/terminal/index.ts" };

export default defineConfig({ ...library, entry, platform: "neutral" });
