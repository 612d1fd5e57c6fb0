import type { Pod } from "@opencode-k8s/k8s-kit";
import {
  ConfigError,
  type ConfigDefaults,
  configured,
  readRunConfig,
  type RunConfig,
  SHARED_CLAIM_AT,
  unknownKeys,
} from "../config/index.ts";
import { withoutSlash } from "../paths.ts";
import type { ServerProcess } from "../server-process.ts";
import { apiUrlForPods } from "./api-url.ts";
import { inheritEnvironment } from "./environment/index.ts";
import type { OwnPod } from "./own-pod.ts";
import { paperclipContainer } from "./paperclip-container.ts";
import { OF_THE_NAMESPACE, podDefaults } from "./pod-defaults.ts";

type Raw = Readonly<Record<string, unknown>>;

/** An agent's configuration with what it inherits. */
export interface CompleteConfig {
  readonly config: RunConfig;
  /** What was inherited, and what was not: for whoever reads the run. Names only. */
  readonly notes: readonly string[];
}

/**
 * The configuration of a run: what is configured, else what the Paperclip pod has, else the keys' own defaults.
 * @throws ConfigError that names every problem
 */
export function completeConfig(raw: Raw, companyId: string, own: OwnPod, server: ServerProcess): CompleteConfig {
  const { config, notes } = completed(raw, companyId, own, server);
  return { config, notes: [...notes, ...unknownKeys(raw)] };
}

function completed(raw: Raw, companyId: string, own: OwnPod, server: ServerProcess): CompleteConfig {
  if (own.kind === "none") return { config: readRunConfig(raw, companyId), notes: [] };
  if (own.kind === "unreadable") return withoutPod(raw, companyId, own.why);
  return withPod(raw, companyId, own.pod, server);
}

function withoutPod(raw: Raw, companyId: string, why: string): CompleteConfig {
  const note = `${why} Until then nothing is inherited from it: image, namespace, imagePullSecrets, dataClaim, env.`;
  try {
    return { config: readRunConfig(raw, companyId), notes: [note] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) =>
      problem.got === undefined && ["image", "namespace"].includes(problem.key)
        ? { ...problem, want: `${problem.want}, or inherit it. ${why}` }
        : problem,
    );
    throw new ConfigError(problems);
  }
}

function withPod(raw: Raw, companyId: string, pod: Pod, server: ServerProcess): CompleteConfig {
  const path = configured(raw, "dataClaim.mountPath");
  const mountPath = typeof path === "string" ? withoutSlash(path.trim()) : SHARED_CLAIM_AT;
  const offered = notInstead(raw, podDefaults(pod, mountPath));
  const near = readRunConfig(raw, companyId, offered);
  const home = pod.metadata?.namespace ?? "";
  const isNear = near.namespace === home;
  const defaults = isNear ? offered : without(offered, OF_THE_NAMESPACE);
  const config = isNear ? near : readRunConfig(raw, companyId, defaults);

  const container = paperclipContainer(pod, mountPath);
  const source = { container, volumes: pod.spec?.volumes ?? [], server, isNear };
  const environment = inheritEnvironment(source, config, configured(raw, "image") === undefined);
  const paperclipApiUrl =
    config.paperclipApiUrl ?? (config.env["PAPERCLIP_API_URL"] ? undefined : apiUrlForPods(pod, container, server));

  const from = `the Paperclip pod ${home}/${pod.metadata?.name ?? ""}`;
  const shown = [
    ...Object.entries(defaults).map(([key, value]) => `${key} ${show(value)}`),
    ...(paperclipApiUrl === undefined || config.paperclipApiUrl ? [] : [`paperclipApiUrl ${paperclipApiUrl}`]),
  ];
  const elsewhere = OF_THE_NAMESPACE.filter((key) => !isNear && offered[key] !== undefined);
  const notes = [
    ...(shown.length === 0 ? [] : [`From ${from}: ${shown.join(", ")}`]),
    ...(elsewhere.length === 0
      ? []
      : [
          `Not from ${from}, because pods in ${config.namespace} cannot use objects of ${home}: ${elsewhere.join(", ")}`,
        ]),
    ...environment.notes.map((note) => note.replace("%pod", from)),
  ];
  const { changes } = environment;
  return { config: { ...config, ...changes, ...(paperclipApiUrl === undefined ? {} : { paperclipApiUrl }) }, notes };
}

/** Keys of which one says what the others are for: where one is configured, none of them is inherited. */
const TOGETHER: readonly (readonly (keyof ConfigDefaults)[])[] = [
  ["nodeSelector", "affinity"],
  ["dnsPolicy", "dnsConfig"],
];

/** The defaults without what is configured. */
function notInstead(raw: Raw, defaults: ConfigDefaults): ConfigDefaults {
  const isConfigured = (key: string): boolean => configured(raw, key) !== undefined;
  const keys = Object.keys(defaults) as (keyof ConfigDefaults)[];
  const left = keys.filter(isConfigured);
  for (const group of TOGETHER) if (group.some(isConfigured)) left.push(...group);
  // Of another claim, where on this one something is says nothing.
  if (isConfigured("dataClaim.claimName")) left.push("dataClaim.subPath", "dataClaim.readOnly");
  return without(defaults, left);
}

function without(defaults: ConfigDefaults, keys: readonly string[]): ConfigDefaults {
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !keys.includes(key)));
}

/** Long enough to recognise a value. */
const SHOWN_CHARS = 200;

function show(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
