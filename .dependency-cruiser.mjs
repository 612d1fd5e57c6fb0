/**
 * Who may import whom: adapter -> {k8s-kit, job-manifest, opencode-parse}, which do not know each other; kube-sim only where
 * it is not published. Holds for `import type`, `import()`, relative paths, and names that do not resolve.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */

const libraries = ["k8s-kit", "job-manifest", "opencode-parse"];

/** A package by its folder, or, where the importer does not declare it and it cannot be resolved, by its name. */
const packages = (...names) => names.map((name) => `^(packages|@opencode-k8s)/${name}(/|$)`);
const adapter = "^(packages/adapter|paperclip-adapter-opencode-k8s)(/|$)";
const notPublished = ["\\.test\\.ts$", "^packages/[^/]+/(demo|test|bench)/", "^e2e/", "^scripts/"];

export default {
  forbidden: [
    ...libraries.map((library) => ({
      name: `${library}-stands-alone`,
      comment: "A library imports no other package of this repository.",
      severity: "error",
      from: { path: `^packages/${library}/`, pathNot: notPublished },
      to: { path: [...packages("(?!" + library + "(/|$))[^/]+"), adapter] },
    })),
    {
      name: "kube-sim-stands-alone",
      comment: "The simulated cluster knows none of the packages that it tests. Its demo runs the adapter.",
      severity: "error",
      from: { path: "^packages/kube-sim/", pathNot: ["^packages/kube-sim/demo/"] },
      to: { path: [...packages(...libraries), adapter] },
    },
    {
      name: "kube-sim-is-for-tests",
      comment: "Nothing that is published reaches the simulated cluster.",
      severity: "error",
      from: { path: "^packages/", pathNot: ["^packages/kube-sim/", ...notPublished] },
      to: { path: packages("kube-sim") },
    },
    {
      name: "tests-keep-the-direction",
      comment: "A library's tests may use the simulated cluster, and no other package.",
      severity: "error",
      from: { path: `^packages/(${libraries.join("|")})/` },
      to: { path: [...packages(`(?!$1(/|$))(${libraries.join("|")})`), adapter] },
    },
    {
      name: "through-the-door",
      // `execute`, `plan`, `output-copy` and `environment-test` have entries of their own, in this repository only: scenarios hand
      // over a cluster, or their patience, give the manifests what `plan` plans, and hold a log against its copy. Paperclip never does.
      comment: "From another package only what its entries export. A benchmark may measure what is behind the door.",
      severity: "error",
      from: { path: "^(packages/[^/]+|e2e)/", pathNot: ["^e2e/bench/"] },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: [
          "^$1/",
          "^packages/[^/]+/src/index\\.ts$",
          "^packages/adapter/src/(execute|plan/index|output-copy/index|environment-test/index)\\.ts$",
          "^packages/opencode-parse/src/(view|terminal)/index\\.ts$",
          "^packages/kube-sim/src/.+/index\\.ts$",
        ],
      },
    },
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    { name: "resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
