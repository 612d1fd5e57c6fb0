import { defineConfig } from "tsdown";
import { library } from "../../tsdown.library.ts";

/** The terminal is apart: nobody who reads runs in a browser needs it. */
const entry = { index: "src/index.ts", terminal: "src/terminal/index.ts" };

export default defineConfig({ ...library, entry, platform: "neutral" });
