import { defineConfig, type UserConfig } from "tsdown";
import { licenses } from "../../tsdown.licenses.ts";

const shared: UserConfig = { entry: ["src/index.ts"], platform: "node", fixedExtension: false };

/** Everything in one file. */
const bundled: UserConfig = {
  platform: "node",
  fixedExtension: false,
  dts: false,
  deps: { alwaysBundle: [/./], onlyBundle: false },
  // These two do not declare that their modules have no side effects; without this their unused API classes stay in the file.
  treeshake: { moduleSideEffects: (id) => !/\/node_modules\/(@kubernetes|@paperclipai)\//.test(id) },
  outputOptions: { codeSplitting: false },
  // jsonc-parser's `main` is UMD, whose require() calls no bundler can follow; its `module` is not.
  inputOptions: { resolve: { mainFields: ["module", "main"] } },
};

/**
 * One file with all dependencies in it: Paperclip's reload refreshes only the entry module, and a local install runs no npm.
 * The types are a build of their own, because they need Paperclip's types and not those of every bundled package.
 */
export default defineConfig([
  { ...bundled, entry: ["src/index.ts"], plugins: licenses() },
  // Minified: it has the same in it once more, and a server never loads it.
  {
    ...bundled,
    entry: { "command-line": "src/command-line/main.ts" },
    plugins: licenses(),
    clean: false,
    minify: true,
  },
  { ...bundled, entry: { cli: "src/cli/index.ts" }, plugins: licenses(), clean: false, minify: true },
  {
    ...shared,
    entry: { index: "src/index.ts", cli: "src/cli/index.ts" },
    plugins: licenses(),
    clean: false,
    dts: { generator: "oxc", emitDtsOnly: true },
    treeshake: { moduleSideEffects: false },
    deps: { neverBundle: ["zod"], alwaysBundle: [/^@paperclipai\//, /^@opencode-k8s\//], onlyBundle: false },
  },
  // Paperclip's page evaluates it in a worker as the body of a function: CommonJS, and nothing to import.
  {
    entry: ["src/ui/ui-parser.ts"],
    plugins: licenses(),
    platform: "neutral",
    format: "cjs",
    target: "es2022",
    clean: false,
    dts: false,
    minify: true,
    treeshake: { moduleSideEffects: false },
    deps: { alwaysBundle: [/./], onlyBundle: false },
  },
]);
