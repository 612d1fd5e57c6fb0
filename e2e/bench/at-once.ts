import { accountOf } from "../world/checks.ts";
import { openClusterWorld, type World } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import type { HeartbeatOptions, Run } from "../world/world.ts";
import { withManyAgents } from "./agents.ts";
import type { Figure } from "./figure.ts";

/** Issue 7. */
const REAL = 6;
const SCRIPTED = 50;

/** Of each scripted container: twenty a second for a minute. */
const LINES = 1200;

const SCRIPT = `head='{"type":"step_start","timestamp":1700000000000,"sessionID":"ses_1","part":{"id":"prt_1","messageID":"msg_1","sessionID":"ses_1","type":"step-start"},"line":'
line=0
while [ "$line" -lt ${LINES} ]; do
  line=$((line + 1))
  echo "$head$line}"
  [ $((line % 20)) != 0 ] || sleep 1
done
`;

/** Lines lost of heartbeats that go on at the same time, of as many agents. */
export async function atOnce(settings: Settings): Promise<Figure[]> {
  await using cluster = await openClusterWorld(settings);
  await using world = withManyAgents(cluster);
  return [
    await lost(world, REAL, { model: "pace-40s-1500ms" }, "the real OpenCode"),
    await lost(world, SCRIPTED, { config: await shellOpenCode(world, SCRIPT) }, "a scripted container"),
  ];
}

async function lost(world: World, count: number, options: HeartbeatOptions, what: string): Promise<Figure> {
  let live = 0;
  let together = 0;
  const runs = Array.from({ length: count }, () => {
    const run = world.heartbeat(options);
    void run.heartbeat.untilEvents(1).then(
      () => (together = Math.max(together, (live += 1))),
      () => undefined, // It tells so by its result.
    );
    void run.heartbeat.result.then(() => (live -= 1));
    return run;
  });
  const counts = await Promise.all(runs.map(missing));
  const sum = (pick: (count: Counted) => number): number => counts.reduce((all, each) => all + pick(each), 0);
  const lines = sum(({ missed }) => missed);
  return {
    name: `lines lost of ${count} heartbeats at once, ${what}`,
    baseline: "the lines that each wrote, by its receipt",
    ratio: lines,
    wanted: "0",
    ok: lines === 0,
    note: `${sum(({ written }) => written)} lines; ${together} of ${count} ran at the same time`,
  };
}

interface Counted {
  readonly written: number;
  readonly missed: number;
}

/** Each line that was written and is not there as it was counts, and each that is there twice. @throws where there is no receipt */
async function missing({ heartbeat }: Run): Promise<Counted> {
  const result = await heartbeat.result;
  const { receipt, log } = accountOf(result);
  if (!receipt) throw new Error(`a run without a receipt: ${result.errorMessage ?? ""}`);
  const missed = Math.abs(receipt.lines - heartbeat.events.length);
  return { written: receipt.lines, missed: missed === 0 && !log.complete ? 1 : missed };
}
