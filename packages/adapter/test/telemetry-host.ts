import { type Context, context, type ContextManager, metrics, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** One time series: what is its sum, or how many values were recorded. */
export interface Counted {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sum: number;
  readonly unit: string;
}

/** A process whose host has the SDK, until it is disposed. */
export class TelemetryHost implements AsyncDisposable {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: this.#metrics, exportIntervalMillis: 3_600_000 })],
  });
  readonly tracers: BasicTracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(this.#spans)],
  });

  /** @param active what the host's own code has as its context */
  constructor(active: Context = ROOT_CONTEXT) {
    trace.setGlobalTracerProvider(this.tracers);
    metrics.setGlobalMeterProvider(this.#meters);
    context.setGlobalContextManager(always(active));
  }

  /** All spans that have ended, in that order. */
  get spans(): readonly ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  /** What an instrument has counted. */
  async counted(name: string): Promise<Counted[]> {
    await this.#meters.forceFlush();
    const all =
      this.#metrics
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return all
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap((metric) =>
        metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE
          ? metric.dataPoints.map(({ attributes, value }) => ({ attributes, sum: value, unit: metric.descriptor.unit }))
          : metric.dataPoints.map(({ attributes, value }) => ({
              attributes,
              sum: value.sum ?? Number.NaN,
              unit: metric.descriptor.unit,
            })),
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    trace.disable();
    metrics.disable();
    context.disable();
    await this.tracers.shutdown();
    await this.#meters.shutdown();
  }
}

function always(active: Context): ContextManager {
  const manager: ContextManager = {
    active: () => active,
    with: (_, work, self, ...args) => work.call(self as ThisParameterType<typeof work>, ...args),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
