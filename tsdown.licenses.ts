import { mkdirSync, writeFileSync } from "node:fs";
import plugin, { type Dependency } from "rollup-plugin-license";
import type { UserConfig } from "tsdown";

/** What may be delivered inside of an MIT package: permissive licences, by their SPDX names. Any other that is bundled fails the build. */
const ALLOWED =
  "(0BSD OR Apache-2.0 OR BlueOak-1.0.0 OR BSD-2-Clause OR BSD-3-Clause OR CC0-1.0 OR ISC OR MIT OR Unlicense)";

/** Its types tell of an ES module; it is CommonJS. */
const license = plugin as unknown as typeof plugin.default;

/** In any of the bundles of this build, by name and version. */
const bundled = new Map<string, string>();

/** Of this repository, and under its LICENSE. */
const isOurs = ({ name }: Dependency): boolean => name?.startsWith("@opencode-k8s/") ?? false;

/** What the licence of one package asks us to deliver along with it. */
function entry({ name, version, license: terms, licenseText, noticeText, author }: Dependency): string {
  const text = licenseText ?? `Its package has no text of the licence. Author: ${author?.text() ?? "not named"}`;
  return [`${name} ${version}`, `Licence: ${terms}`, text, noticeText ?? ""]
    .map((part) => part.trim())
    .filter(Boolean)
    .join("\n\n");
}

function list(dependencies: readonly Dependency[]): void {
  for (const dependency of dependencies.filter((each) => !isOurs(each))) {
    bundled.set(`${dependency.name} ${dependency.version}`, entry(dependency));
  }
  if (bundled.size === 0) return;
  const entries = [...bundled].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  const head = `The files of this package have code of ${entries.length} others in them:`;
  mkdirSync("dist", { recursive: true });
  writeFileSync("dist/THIRD-PARTY-NOTICES.txt", `${[head, ...entries].join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}

/**
 * For each bundle of a package: lists whose code the bundler has put into any of them, in `dist/THIRD-PARTY-NOTICES.txt`.
 * pnpm packs our own LICENSE along unless a file of the package has "LICENSE" in its name, so this one has not.
 */
export function licenses(): UserConfig["plugins"] {
  const allow = { test: ALLOWED, failOnUnlicensed: true, failOnViolation: true };
  return license({
    sourcemap: false,
    thirdParty: { allow, includePrivate: true, multipleVersions: true, output: list },
  });
}
