import { type Attributes, type Counter, type Histogram, type MeterProvider, metrics } from "@opentelemetry/api";

/** The name of tracer and meter. */
export const SCOPE = "paperclip-adapter-opencode-k8s";

/** Everything that is counted, by its name. */
export type InstrumentName =
  | "gen_ai.client.operation.duration"
  | "gen_ai.client.token.usage"
  | "opencode_k8s.run.cost"
  | "opencode_k8s.run.start.duration"
  | "opencode_k8s.log.reconnects"
  | "opencode_k8s.log.gaps"
  | "opencode_k8s.watch.restarts"
  | "opencode_k8s.api.requests";

interface Instrument {
  readonly kind: "counter" | "histogram";
  /** As UCUM writes it; what is in braces is no unit, but says what is counted. */
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
  /** Of a histogram: a default of the API's own would put most runs into its last bucket. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200];
/** The ones of the semantic conventions. */
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const MODEL = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"];

export const INSTRUMENTS: Readonly<Record<InstrumentName, Instrument>> = {
  "gen_ai.client.operation.duration": {
    kind: "histogram",
    unit: "s",
    description: "A run, from Paperclip's call to the result.",
    attributes: [...MODEL, "error.type"],
    buckets: SECONDS,
  },
  "gen_ai.client.token.usage": {
    kind: "histogram",
    unit: "{token}",
    description: "Tokens of a run: what the model read, cached or not, and what it wrote, its reasoning included.",
    attributes: [...MODEL, "gen_ai.token.type"],
    buckets: TOKENS,
  },
  "opencode_k8s.run.cost": {
    kind: "counter",
    unit: "{USD}",
    description: "US dollars by OpenCode's prices; nothing where it has none for the model.",
    attributes: MODEL,
  },
  "opencode_k8s.run.start.duration": {
    kind: "histogram",
    unit: "s",
    description: "From the Job that was created and resumed to its container that runs.",
    attributes: ["k8s.namespace.name"],
    buckets: SECONDS,
  },
  "opencode_k8s.log.reconnects": {
    kind: "counter",
    unit: "{reconnect}",
    description: "The log of a container that runs was opened again. Two silent minutes are enough.",
    attributes: ["k8s.namespace.name"],
  },
  "opencode_k8s.log.gaps": {
    kind: "counter",
    unit: "{gap}",
    description: "Places of a log where lines may be missing.",
    attributes: ["k8s.namespace.name"],
  },
  "opencode_k8s.watch.restarts": {
    kind: "counter",
    unit: "{restart}",
    description: "Watches that were lost, and opened again.",
    attributes: [],
  },
  "opencode_k8s.api.requests": {
    kind: "counter",
    unit: "{request}",
    description: "Requests to API servers, opened watches and logs included; a repeated one counts again.",
    attributes: ["http.request.method", "http.response.status_code", "error.type"],
  },
};

type Made = Map<InstrumentName, (value: number, attributes: Attributes) => void>;

/** By provider: a host may register its own after this file was loaded, and what the API made before would count nothing for ever. */
const made = new WeakMap<MeterProvider, Made>();

/** Counts, or records, with the provider of the host; without one it does nothing. */
export function record(name: InstrumentName, value: number, attributes: Attributes = {}): void {
  const provider = metrics.getMeterProvider();
  const ofProvider: Made = made.get(provider) ?? new Map();
  made.set(provider, ofProvider);
  const known = ofProvider.get(name) ?? make(provider, name);
  ofProvider.set(name, known);
  known(value, attributes);
}

function make(provider: MeterProvider, name: InstrumentName): (value: number, attributes: Attributes) => void {
  const { kind, unit, description, buckets = [] } = INSTRUMENTS[name];
  const meter = provider.getMeter(SCOPE);
  if (kind === "counter") {
    const counter: Counter = meter.createCounter(name, { unit, description });
    return (value, attributes) => counter.add(value, attributes);
  }
  const advice = { explicitBucketBoundaries: [...buckets] };
  const histogram: Histogram = meter.createHistogram(name, { unit, description, advice });
  return (value, attributes) => histogram.record(value, attributes);
}
