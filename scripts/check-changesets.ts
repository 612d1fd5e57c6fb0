/**
 * A package that bundles others delivers their code. So when one of those is to be released, it has to be, too: a changeset must say
 * what its own users get. What is to be released is Changesets' own plan.
 *
 *   node scripts/check-changesets.ts
 */
import { getReleasePlan } from "@changesets/get-release-plan";
import { isPublished, type Package, workspacePackages } from "./packages.ts";

/**
 * The published packages whose code is inside of a package, directly or through others. tsdown's rule: `dependencies` stay imports,
 * `devDependencies` are bundled, and with them whatever they depend on in the workspace.
 */
function bundledIn(bundle: Package, all: readonly Package[]): Set<Package> {
  const found = new Set<Package>();
  const add = (names: object): void => {
    for (const each of all) {
      if (!Object.hasOwn(names, each.manifest.name) || found.has(each)) continue;
      found.add(each);
      add(each.manifest.dependencies ?? {});
    }
  };
  add(bundle.manifest.devDependencies ?? {});
  return new Set([...found].filter(isPublished));
}

const all = workspacePackages();
const { changesets, releases } = await getReleasePlan(process.cwd());
const released = new Set(releases.filter(({ type }) => type !== "none").map(({ name }) => name));

for (const bundle of all.filter(isPublished)) {
  const { name } = bundle.manifest;
  const changed = [...bundledIn(bundle, all)].filter((library) => released.has(library.manifest.name));
  if (changed.length === 0 || released.has(name)) continue;
  process.exitCode = 1;
  for (const library of changed.map(({ manifest }) => manifest.name)) {
    const files = changesets.filter((changeset) => changeset.releases.some((release) => release.name === library));
    const where = files.map(({ id }) => `.changeset/${id}.md`).join(", ");
    console.log(
      `${name}: error: it bundles ${library}, which is to be released (${where}), and has no changeset itself`,
    );
  }
  console.log(`  Say with "pnpm exec changeset" what users of ${name} get, at least as a patch.`);
}
if (process.exitCode !== 1)
  console.log(`${changesets.length} changesets: whatever bundles a changed library is released with it`);
