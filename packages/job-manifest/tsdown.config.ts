import { defineConfig } from "tsdown";
import { library } from "../../tsdown.library.ts";

export default defineConfig({ ...library, platform: "node" });
