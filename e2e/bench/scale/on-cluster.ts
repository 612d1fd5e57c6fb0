import { join } from "node:path";
import type { Cluster } from "@opencode-k8s/k8s-kit";
import { openClusterWorld } from "../../world/index.ts";
import type { Settings } from "../../world/settings.ts";
import { shellOpenCode } from "../../world/shell-opencode.ts";
import { HEADS } from "./output.ts";
import { Part } from "./part.ts";
import { type Point, pointOf } from "./point.ts";
import type { Begin, Ended, Held } from "./runs-process.ts";

/** Lines of each container, ten at a time; after the first ones it waits for the others, with a sign of life now and then. */
const LINES = 80;
const FIRST = 4;
const SIGN_SEC = 30;
/** Between ten lines and the next, seconds: each pause is a program that the node has to start. */
const PAUSE_SEC = 5;
/** For all of them to start, seconds. */
const START_SEC = 240;
/** When all go on, each does so within this time, seconds. */
const SPREAD_SEC = 60;
/** The deletion is answered, and the audit log written, milliseconds. */
const COLLECTED_MS = 30_000;
const METRICS_MS = 30_000;

/** Of a cluster, and what it was asked for. */
export interface ClusterPoint {
  readonly kubernetes: string;
  readonly point: Point;
  /** Seats of a service account's priority level (`workload-low`), as the API server has them from its flags. */
  readonly seats: number;
  /** Of these, taken by anybody while all logs were followed. */
  readonly seatsTaken: number;
  /** What a request of a service account took of a seat, mean of all since the API server began, watches left out, milliseconds. */
  readonly seatMs: number;
}

/** So many runs at once on the cluster; `null` where nobody can read its audit log. @throws when a run does not succeed */
export async function pointOnCluster(settings: Settings, count: number): Promise<ClusterPoint | null> {
  await using world = await openClusterWorld(settings);
  const { driver, user } = world.parts;
  if (!driver) return null;
  using runs = new Part(join(import.meta.dirname, "runs-process.ts"));
  const since = Date.now();
  const config = { ...world.parts.config("text"), ...(await shellOpenCode(world, script(since / 1000 + START_SEC))) };
  const held = await runs.ask<Held>("begin", { runs: count, config, lines: FIRST } satisfies Begin);
  const level = await priorityLevel(world.parts.admin);
  const ended = await runs.ask<Ended>("end");
  await world.sleep(COLLECTED_MS);
  const requests = Object.fromEntries(await driver.requestsOf(user, since));
  const watches = Object.entries(requests).reduce(
    (sum, [what, times]) => sum + (what.startsWith("watch ") ? times : 0),
    0,
  );
  const point = pointOf("cluster", { runs: count, held, ended, requests, watches });
  const { gitVersion } = await world.parts.admin.request<{ gitVersion: string }>("GET", "/version");
  return { kubernetes: gitVersion.replace(/^v/, ""), point, ...level };
}

/** What the API server says of the priority level that a service account has by default. */
async function priorityLevel(admin: Cluster): Promise<Pick<ClusterPoint, "seats" | "seatsTaken" | "seatMs">> {
  const metrics = await (await admin.stream("/metrics", { signal: AbortSignal.timeout(METRICS_MS) })).text();
  const sum = (name: string, label: string): number =>
    metrics
      .split("\n")
      .filter((line) => line.startsWith(`apiserver_flowcontrol_${name}{`) && line.includes(label))
      .reduce((all, line) => all + Number(line.split(" ").at(-1)), 0);
  const level = 'priority_level="workload-low"';
  const took = `flow_schema="service-accounts",${level},type="regular"`;
  const executed = sum("request_execution_seconds_count", took);
  return {
    seats: sum("nominal_limit_seats", level),
    seatsTaken: sum("current_executing_seats", level),
    seatMs: (sum("request_execution_seconds_sum", took) / executed) * 1000,
  };
}

/** `at`: when all go on, seconds since the epoch. */
function script(at: number): string {
  return `text='${HEADS.text}'
echo '${HEADS.first}1}'
line=1
while [ "$line" -lt ${LINES - 1} ]; do
  line=$((line + 1))
  echo "$text$line}"
  if [ "$line" = ${FIRST} ]; then
    left=$((${Math.round(at)} - $(date +%s) + $(od -A n -N 1 -t u1 /dev/urandom) % ${SPREAD_SEC}))
    while [ "$left" -gt 0 ]; do
      sleep ${SIGN_SEC}
      left=$((left - ${SIGN_SEC}))
      line=$((line + 1))
      echo "$text$line}"
    done
  fi
  [ $((line % 10)) != 0 ] || sleep ${PAUSE_SEC}
done
touch "$TMPDIR/now"
at=$(TZ=UTC0 stat -c %y "$TMPDIR/now")
echo '${HEADS.last}'"\${at%% +*}Z\\",\\"line\\":${LINES}}"
`;
}
