import { join } from "node:path";
import { parseArgs } from "node:util";
import { settings } from "../world/settings.ts";
import { atOnce } from "./at-once.ts";
import { cancels } from "./cancels.ts";
import type { Figure } from "./figure.ts";
import { logMemory } from "./follow/memory.ts";
import { logSpeed } from "./follow/speed.ts";
import { lags } from "./lags.ts";
import { lineDelay } from "./line-delay.ts";
import { logPath } from "./log-path.ts";
import { observedOnCluster, observedOnSim } from "./observed-jobs.ts";
import { packageFigures } from "./package.ts";
import { parse } from "./parse.ts";
import { parseMemory } from "./parse-memory.ts";
import { podEnd } from "./pod-end.ts";
import { requests } from "./requests.ts";
import { runMemory } from "./run-memory.ts";
import { scale } from "./scale/scale.ts";
import { soak } from "./soak/soak.ts";
import { start } from "./start.ts";

/** Captured runs of the real OpenCode, beside a checkout. */
const CORPUS = join(import.meta.dirname, "../../../shared/corpora/opencode");

const { positionals } = parseArgs({ allowPositionals: true });
const wanted = (name: string): boolean => positionals.length === 0 || asked(name);
/** Of those that take many minutes, and write docs/scaling.md. */
const asked = (name: string): boolean => positionals.includes(name);

const figures: Figure[] = [];
if (wanted("log-path")) figures.push(...(await logPath(CORPUS)));
if (wanted("follow-speed")) figures.push(...(await logSpeed(CORPUS)));
if (wanted("follow-memory")) figures.push(...(await logMemory()));
if (wanted("parse")) figures.push(...parse(CORPUS));
if (wanted("parse-memory")) figures.push(...(await parseMemory()));
if (wanted("package")) figures.push(...(await packageFigures()));
if (wanted("run-memory")) figures.push(...(await runMemory()));
if (wanted("jobs")) figures.push(...(await observedOnSim()));
if (asked("scale")) figures.push(...(await scale(process.env.E2E_KUBECONFIG ? settings() : null)));
if (asked("soak")) figures.push(...(await soak()));
if (process.env.E2E_KUBECONFIG) {
  if (wanted("jobs")) figures.push(...(await observedOnCluster(settings())));
  if (wanted("pod-end")) figures.push(await podEnd(settings()));
  if (wanted("lags")) figures.push(...(await lags(settings())));
  if (wanted("requests")) figures.push(...(await requests(settings())));
  if (wanted("cancel")) figures.push(...(await cancels(settings())));
  if (wanted("at-once")) figures.push(...(await atOnce(settings())));
  if (wanted("start")) figures.push(...(await start(settings())));
  if (wanted("line-delay")) figures.push(...(await lineDelay(settings())));
} else {
  figures.push({ name: "what is measured on a cluster", skipped: "E2E_KUBECONFIG is not set" });
}

for (const figure of figures) console.log(inWords(figure));
process.exitCode = figures.every((figure) => "skipped" in figure || figure.ok) ? 0 : 1;

function inWords(figure: Figure): string {
  if ("skipped" in figure) return `–  ${figure.name}: skipped, ${figure.skipped}`;
  const { name, baseline, ratio, wanted: bound, ok, note } = figure;
  return `${ok ? "✓" : "✗"}  ${name}: ${ratio.toFixed(3)} (${bound}; against ${baseline})${note === undefined ? "" : ` · ${note}`}`;
}
