/**
 * Is the image one of these? `*` stands for anything but `/`, `**` for anything, and nothing else is special. All of the name
 * must fit, its tag or digest, too: `registry.example.com/agents/*`. An empty list allows nothing.
 *
 * The name is compared as it is written: `nginx` is not `docker.io/library/nginx`.
 */
export function imageAllowed(image: string, globs: readonly string[]): boolean {
  return globs.some((glob) => fits(image, glob));
}

/** Follows all ways at once, so that no glob takes longer than its length times the image's. */
function fits(image: string, glob: string): boolean {
  let ends = new Set([0]);
  for (const [token] of glob.matchAll(/\*\*|[^]/g)) {
    const next = new Set<number>();
    for (const end of ends) {
      if (token === "*" || token === "**") {
        let to = end;
        next.add(to);
        while (to < image.length && (token === "**" || image[to] !== "/")) next.add((to += 1));
      } else if (image[end] === token) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(image.length);
}
