import type { UserConfig } from "tsdown";
import { licenses } from "./tsdown.licenses.ts";

/** How a library is built: its door as one ES module, and its types, which oxc emits without a compiler (isolatedDeclarations). */
export const library: UserConfig = {
  entry: ["src/index.ts"],
  fixedExtension: false,
  dts: { generator: "oxc" },
  plugins: licenses(),
};
