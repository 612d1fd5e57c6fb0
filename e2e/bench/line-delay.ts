import { openClusterWorld, type World } from "../world/index.ts";
import { type Settings, SHELL_IMAGE } from "../world/settings.ts";
import { benchRun, shadowingOpenCode } from "./bench-run.ts";
import { type Figure, median } from "./figure.ts";
import { finishedLog } from "./finished-log.ts";
import { STAMP, stampOf } from "./stamp.ts";

const LINES = 200;
/** Milliseconds, for the median. */
const BOUND = 100;

/** Prints when it printed, in no step with the program's follower, which looks ten times a second. */
const WRITER = `#!/bin/sh
left=${LINES}
while [ "$left" -gt 0 ]; do
  ${STAMP}
  left=$((left - 1))
  sleep "0.0$((left * 31 % 61 + 37))"
done
`;

/** From the moment that a line is written in a pod to the time that the container runtime gives it. */
export async function lineDelay(settings: Settings): Promise<Figure[]> {
  await using world = await openClusterWorld(settings);
  const images = {
    "the agent image": settings.image,
    "the shell image": SHELL_IMAGE,
    "an Alpine image": process.env.E2E_ALPINE_IMAGE,
  };
  const figures: Figure[] = [];
  for (const [name, image] of Object.entries(images))
    figures.push(
      image
        ? await delayIn(world, name, image)
        : { name: `line written to line in the log, ${name}`, skipped: "E2E_ALPINE_IMAGE is not set" },
    );
  return figures;
}

async function delayIn(world: World, name: string, image: string): Promise<Figure> {
  const models = "http://127.0.0.1:2"; // None is asked.
  const run = benchRun(world, { image, models, change: (container) => shadowingOpenCode(container, WRITER) });
  const log = await finishedLog(world, run);
  const delays = log.flatMap(({ at, text }) => {
    const written = stampOf(text);
    return written === null ? [] : [at - written];
  });
  if (delays.length !== LINES) throw new Error(`${delays.length} of ${LINES} lines in the log of ${image}`);
  const middle = median(delays);
  return {
    name: `line written to line in the log, ${name}`,
    baseline: `${BOUND} ms`,
    ratio: middle / BOUND,
    wanted: "at most 1",
    ok: middle <= BOUND,
    note: `median ${Math.round(middle)} ms, longest ${Math.round(Math.max(...delays))} ms of ${LINES} lines; ${image}`,
  };
}
