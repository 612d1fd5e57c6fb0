import type { DisruptiveScenario } from "./scenario.ts";

/** Without those that this kind of world cannot show. */
export function playableOn<S extends Pick<DisruptiveScenario, "only">>(
  kind: NonNullable<S["only"]>,
  all: readonly S[],
): S[] {
  return all.filter(({ only = kind }) => only === kind);
}
