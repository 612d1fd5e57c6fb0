import type { UserConfig } from "tsdown";

/** How a library is built: its door as one ES module, and its types, which isolatedDeclarations lets oxc emit without a compiler. */
export const library: UserConfig = { entry: ["src/index.ts"], fixedExtension: false, dts: true };
