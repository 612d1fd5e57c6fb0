import { openClusterWorld } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import type { Figure } from "./figure.ts";

interface Run {
  readonly model: string;
  readonly name: string;
  /** Requests of a run, and log streams opened again for its silences. */
  readonly allowed: number;
}

/** Issue 7: ten for a run of 40 s, the agent's claim included; the same for 4 minutes, and one more for each 2 minutes of silence. */
const RUNS: readonly Run[] = [
  { model: "pace-40s-1500ms", name: "API requests of a run of 40 s", allowed: 10 },
  { model: "quiet-240s", name: "API requests of a run with 4 minutes of silence", allowed: 12 },
];

/** What a run asks of the API server, the two lists and watches that all runs share not counted. */
export async function requests(settings: Settings): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { model, name, allowed } of RUNS) {
    await using world = await openClusterWorld(settings);
    const { driver, user } = world.parts;
    if (!driver)
      return [
        { name: RUNS.map((run) => run.name).join(", "), skipped: "this cluster has no audit log that we can read" },
      ];
    const since = Date.now();
    const { heartbeat } = world.heartbeat({ model });
    const result = await heartbeat.result;
    if (result.errorMessage) throw new Error(result.errorMessage);
    await world.sleep(3_000); // The deletion is answered, and the audit log written.
    const counted = await driver.requestsOf(user, since);
    const own = [...counted].filter(([what]) => !/^(list|watch) /.test(what));
    const count = own.reduce((sum, [, times]) => sum + times, 0);
    figures.push({
      name,
      baseline: `at most ${allowed}`,
      ratio: count / allowed,
      wanted: "at most 1",
      ok: count <= allowed,
      note: `${count}: ${own.map(([what, times]) => `${times} ${what}`).join(", ")}`,
    });
  }
  return figures;
}
