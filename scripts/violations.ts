import { createHash } from "node:crypto";
import { globSync } from "node:fs";

/** The checks of `pnpm check`, by the name of their script in package.json, and the builds before them. */
export type Check =
  | "types"
  | "lint"
  | "format"
  | "layers"
  | "unused"
  | "browser"
  | "workflows"
  | "build"
  | "changesets"
  | "api"
  | "packages";

/** One thing that a check must report, and how to do it wrong. */
export interface Violation {
  /** What is wrong, for the report. */
  readonly what: string;
  readonly by: Check;
  /** What its check prints about it: where it is, and which rule. What contains `proof-` is in no other check's report. */
  readonly says: readonly string[];
  /** Files to write, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files to change, by path. What it returns must differ. */
  readonly edits?: Readonly<Record<string, (text: string) => string>>;
}

/** A module that `door`, an index.ts, exports: so that it is a used file, like any other. */
function exported(door: string, name: string, text: string): Pick<Violation, "files" | "edits"> {
  const folder = door.slice(0, door.lastIndexOf("/"));
  return {
    files: { [`${folder}/${name}.ts`]: text },
    edits: { [door]: (before) => `${before}export * from "./${name}.ts";\n` },
  };
}

/** A module of k8s-kit, a published library. */
const inKit = (name: string, text: string): Pick<Violation, "files" | "edits"> =>
  exported("packages/k8s-kit/src/index.ts", name, text);

/** Text that gzip makes no shorter than `bytes`. */
function incompressible(bytes: number): string {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, block) => createHash("sha256").update(`${block}`));
  return blocks.map((block) => block.digest("hex")).join("");
}

function manifestWith(change: (manifest: Manifest) => void): (text: string) => string {
  return (text) => {
    const manifest = JSON.parse(text) as Manifest;
    change(manifest);
    return `${JSON.stringify(manifest, null, 2)}\n`;
  };
}

/** A changeset as it would be if nothing in it were the adapter's. */
const withoutAdapter = (text: string): string => text.replace(/^"paperclip-adapter-opencode-k8s": .*\n/m, "");

interface Manifest {
  files: string[];
  devDependencies: Record<string, string>;
  publishConfig: { exports: { ".": Record<string, string> } };
}

/** Every violation stands in a file of its own, so that all can be in one tree at once and each report be told from the others. */
export const violations: readonly Violation[] = [
  {
    what: "a value of the wrong type",
    by: "types",
    says: ["proof-wrong-type.ts", "TS2322"],
    ...inKit("proof-wrong-type", 'export const wrongType: number = "one";\n'),
  },
  {
    what: "an index that may be undefined",
    by: "types",
    says: ["proof-unchecked-index.ts", "TS2322"],
    ...inKit("proof-unchecked-index", "export const first = (all: readonly string[]): string => all[0];\n"),
  },
  {
    what: "a promise that nobody awaits",
    by: "lint",
    says: ["proof-floating-promise.ts", "no-floating-promises"],
    ...inKit("proof-floating-promise", "export function float(): void {\n  Promise.resolve(1);\n}\n"),
  },
  {
    what: "an async function where its promise is lost",
    by: "lint",
    says: ["proof-misused-promise.ts", "no-misused-promises"],
    ...inKit(
      "proof-misused-promise",
      "export const misuse = (all: readonly Promise<void>[]): void => all.forEach(async (one) => await one);\n",
    ),
  },
  {
    what: "an `any`",
    by: "lint",
    says: ["proof-any.ts", "no-explicit-any"],
    ...inKit("proof-any", "export type Anything = any;\n"),
  },
  {
    what: "a file as no formatter leaves it",
    by: "format",
    says: ["proof-unformatted.ts"],
    ...inKit("proof-unformatted", "export const unformatted = {a:1  , b : 2}\n"),
  },
  {
    what: "a library that imports another by a relative path",
    by: "layers",
    says: ["k8s-kit-stands-alone", "proof-relative-import.ts"],
    ...inKit("proof-relative-import", 'export * as relative from "../../opencode-parse/src/index.ts";\n'),
  },
  {
    what: "a library that imports the types of another",
    by: "layers",
    says: ["k8s-kit-stands-alone", "proof-type-import.ts"],
    ...inKit(
      "proof-type-import",
      'import type * as parse from "../../opencode-parse/src/index.ts";\n\nexport type Parser = keyof typeof parse;\n',
    ),
  },
  {
    what: "a library that imports another while it runs",
    by: "layers",
    says: ["k8s-kit-stands-alone", "proof-dynamic-import.ts"],
    ...inKit(
      "proof-dynamic-import",
      'export const late = (): Promise<object> => import("../../opencode-parse/src/index.ts");\n',
    ),
  },
  {
    what: "a library's test that imports another library",
    by: "layers",
    says: ["tests-keep-the-direction", "proof-in-a-test.test.ts"],
    files: { "packages/job-manifest/src/proof-in-a-test.test.ts": 'import "../../opencode-parse/src/index.ts";\n' },
  },
  {
    what: "the simulated cluster in the adapter",
    by: "layers",
    says: ["kube-sim-is-for-tests", "proof-simulated.ts"],
    ...exported(
      "packages/adapter/src/index.ts",
      "proof-simulated",
      'export * as simulated from "@opencode-k8s/kube-sim";\n',
    ),
  },
  {
    what: "the simulated cluster that knows what it tests",
    by: "layers",
    says: ["kube-sim-stands-alone", "proof-knows-the-kit.ts"],
    ...exported(
      "packages/kube-sim/src/index.ts",
      "proof-knows-the-kit",
      'export * as kit from "../../k8s-kit/src/index.ts";\n',
    ),
  },
  {
    what: "an export that nobody imports",
    by: "unused",
    says: ["proof-unused-export.ts", "nobodyImportsThis"],
    files: {
      "packages/k8s-kit/src/proof-unused-export.ts":
        "export const nobodyImportsThis = 1;\nexport const somebodyDoes = 2;\n",
    },
    edits: {
      "packages/k8s-kit/src/index.ts": (before) =>
        `${before}export { somebodyDoes } from "./proof-unused-export.ts";\n`,
    },
  },
  {
    what: "a file that nobody imports",
    by: "unused",
    says: ["Unused files", "proof-unused-file.ts"],
    files: { "packages/job-manifest/src/proof-unused-file.ts": "export {};\n" },
  },
  {
    what: "a dependency that nobody imports",
    by: "unused",
    says: ["undici", "packages/opencode-parse/package.json"],
    edits: {
      "packages/opencode-parse/package.json": manifestWith((manifest) => {
        manifest.devDependencies["undici"] = "catalog:";
      }),
    },
  },
  {
    what: "Node in a library for browsers",
    by: "browser",
    says: ["proof-of-node.ts", "TS2591", "'process'"],
    ...exported(
      "packages/opencode-parse/src/index.ts",
      "proof-of-node",
      "export const platform = (): string => process.platform;\n",
    ),
  },
  {
    what: "more than 8 KB for browsers",
    by: "browser",
    says: ["packages/opencode-parse: error:", "bytes too many"],
    // In a module that every use of a browser loads.
    edits: {
      "packages/opencode-parse/src/parse-line.ts": (before) =>
        `${before}\nObject.assign(globalThis, {\n  weight:\n    "${incompressible(8192)}",\n});\n`,
    },
  },
  {
    what: "a job that waits for one that is not there",
    by: "workflows",
    says: [".github/workflows/proof-waits.yml", "proof-nowhere", "job-needs"],
    files: {
      ".github/workflows/proof-waits.yml":
        "on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    needs: proof-nowhere\n    steps:\n      - run: echo\n",
    },
  },
  {
    what: "a machine that GitHub does not have",
    by: "workflows",
    says: [".github/workflows/proof-machine.yml", "ubuntu-3.11", "runner-label"],
    files: {
      ".github/workflows/proof-machine.yml":
        "on: push\njobs:\n  one:\n    runs-on: ubuntu-3.11\n    steps:\n      - run: echo\n",
    },
  },
  {
    what: "code under a copyleft licence in a bundle",
    by: "build",
    says: ["copyleft", "GPL-3.0-only", "license violation"],
    files: {
      "packages/k8s-kit/node_modules/copyleft/package.json":
        '{ "name": "copyleft", "version": "1.0.0", "license": "GPL-3.0-only", "type": "module", "types": "index.d.ts" }\n',
      "packages/k8s-kit/node_modules/copyleft/index.js": "export const copy = () => process.argv;\n",
      "packages/k8s-kit/node_modules/copyleft/index.d.ts": "export declare const copy: () => string[];\n",
      "packages/k8s-kit/src/copyleft.ts": 'export { copy } from "copyleft";\n',
    },
    edits: {
      "packages/k8s-kit/src/index.ts": (before) => `${before}export * from "./copyleft.ts";\n`,
      "packages/k8s-kit/package.json": manifestWith((manifest) => {
        manifest.devDependencies["copyleft"] = "1.0.0";
      }),
    },
  },
  {
    what: "a library with a changeset, and none of the adapter that bundles it",
    by: "changesets",
    says: ["it bundles @opencode-k8s/k8s-kit", ".changeset/proof-library-alone.md", "pnpm exec changeset"],
    files: { ".changeset/proof-library-alone.md": '---\n"@opencode-k8s/k8s-kit": patch\n---\n\nOne.\n' },
    edits: Object.fromEntries(globSync(".changeset/*.md").map((path) => [path, withoutAdapter])),
  },
  {
    what: "an export that the report of the API does not have",
    by: "api",
    says: ["packages/job-manifest/api: error", "+export const notReported: () => number;", "pnpm run api"],
    ...exported("packages/job-manifest/src/index.ts", "not-reported", "export const notReported = (): number => 1;\n"),
  },
  {
    what: "a tarball that weighs too much",
    by: "packages",
    says: ["packages/job-manifest:", "error: tarball:"],
    edits: { "packages/job-manifest/README.md": (before) => `${before}\n<!-- ${incompressible(40_000)} -->\n` },
  },
  {
    what: "a file for which pnpm leaves our LICENSE out",
    by: "packages",
    says: ["packages/job-manifest:", "LICENSE is not in the tarball"],
    files: { "packages/job-manifest/licenses/LICENSE.other.md": "Another.\n" },
    edits: {
      "packages/job-manifest/package.json": manifestWith((manifest) => {
        manifest.files.push("licenses");
      }),
    },
  },
  {
    what: "an entry that is not in the tarball (publint)",
    by: "packages",
    says: ["packages/job-manifest:", "dist/proof-missing.js", "does not exist"],
    edits: {
      "packages/job-manifest/package.json": manifestWith((manifest) => {
        manifest.publishConfig.exports["."]["default"] = "./dist/proof-missing.js";
      }),
    },
  },
  {
    what: "a package that throws where it is imported",
    by: "packages",
    says: ["packages/opencode-parse:", "Error: proof-of-a-throw"],
    ...exported(
      "packages/opencode-parse/src/index.ts",
      "proof-throws",
      'export const never: string = JSON.stringify(null);\n\nthrow new Error("proof-of-a-throw");\n',
    ),
  },
  {
    what: "types that are not in the tarball (are-the-types-wrong)",
    by: "packages",
    says: ["packages/opencode-parse:", "does not contain types"],
    edits: {
      "packages/opencode-parse/package.json": manifestWith((manifest) => {
        manifest.publishConfig.exports["."] = { default: "./dist/index.js" };
        manifest.files = ["dist/*.js"];
      }),
    },
  },
];
