/** The section of a version in a CHANGELOG as Changesets writes it, without its heading. Empty when there is none. */
export function changelogEntry(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${version}\n`)) ?? "";
  return section.slice(version.length).trim();
}
