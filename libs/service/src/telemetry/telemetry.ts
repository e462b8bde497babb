import { nameWithUnit } from '@chargemesh/contracts';
import { context, metrics, trace } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { AsyncContextManager } from './context.js';
import { observeProcess } from './process.js';

export interface TelemetryOptions {
  readonly serviceName: string;
  readonly processName: string;
  /** Base URL of an OTLP/HTTP collector; nothing is sent without one. */
  readonly endpoint: string | undefined;
  /** Where spans go besides; a test's in-memory exporter. */
  readonly spanProcessors: readonly SpanProcessor[];
}

const COLLECT_WITHIN_MS = 5_000;
const STOP_WITHIN_MS = 5_000;

/**
 * Metrics to be scraped, and traces and metrics to be sent when there is somewhere to. What is registered with the API
 * holds for the whole process: the first one that starts serves all.
 */
export class Telemetry {
  private readonly scraped = new PrometheusExporter({ preventServerStart: true });
  private readonly serializer = new PrometheusSerializer(undefined, false, /^service\.name$/, false, true);
  private readonly meters: MeterProvider;
  private readonly tracers: TracerProvider | undefined;
  private readonly undo: (() => void)[] = [];

  constructor({ serviceName, processName, endpoint, spanProcessors }: TelemetryOptions) {
    const resource = resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': processName });
    const pushed = endpoint === undefined ? [] : [metricsTo(endpoint)];
    this.meters = new MeterProvider({ resource, readers: [this.scraped, ...pushed] });
    const processors = [...spanProcessors, ...(endpoint === undefined ? [] : [spansTo(endpoint)])];
    if (processors.length > 0) this.tracers = new TracerProvider({ resource, spanProcessors: processors });
    this.register();
    observeProcess();
  }

  /** All metrics in Prometheus' text format. */
  async scrape(): Promise<string> {
    const { resourceMetrics } = await this.scraped.collect({ timeoutMillis: COLLECT_WITHIN_MS });
    return this.serializer.serialize(withUnits(resourceMetrics));
  }

  /** Sends what is waiting, within a bound, and leaves the API as it was found. */
  async stop(): Promise<void> {
    await Promise.allSettled([
      this.meters.shutdown({ timeoutMillis: STOP_WITHIN_MS }),
      this.tracers?.forceFlush({ timeoutMillis: STOP_WITHIN_MS }).then(() => this.tracers?.shutdown()),
    ]);
    for (const action of this.undo) action();
  }

  private register(): void {
    if (metrics.setGlobalMeterProvider(this.meters)) this.undo.push(() => metrics.disable());
    if (this.tracers && trace.setGlobalTracerProvider(this.tracers)) this.undo.push(() => trace.disable());
    if (context.setGlobalContextManager(new AsyncContextManager())) this.undo.push(() => context.disable());
  }
}

/** The exporter leaves units out of names; a collector puts them in, and dashboards need one spelling. */
function withUnits({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  const named = scopeMetrics.map(({ scope, metrics: measured }) => ({
    scope,
    metrics: measured.map((one) => {
      const { name, unit } = one.descriptor;
      return { ...one, descriptor: { ...one.descriptor, name: nameWithUnit(name, unit) } };
    }),
  }));
  return { resource, scopeMetrics: named };
}

function spansTo(endpoint: string): SpanProcessor {
  return new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) });
}

function metricsTo(endpoint: string): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }) });
}
