import type { Metric } from '@chargemesh/contracts';
import { type Counter, type Histogram, type ObservableResult, metrics } from '@opentelemetry/api';

/** What a metric is told apart by; the compiler knows that none is missing. */
export type Labels<Attribute extends string> = Readonly<Record<Attribute, string | number>>;

const SCOPE = 'chargemesh';

/** Without a meter provider it does nothing: to be made after the provider was registered, as the others here. */
export function counterOf<A extends string>({ name, unit, description }: Metric<A>): Counter<Labels<A>> {
  return metrics.getMeter(SCOPE).createCounter<Labels<A>>(name, { unit, description });
}

export function histogramOf<A extends string>({ name, unit, description, buckets }: Metric<A>): Histogram<Labels<A>> {
  const advice = { explicitBucketBoundaries: [...(buckets ?? [])] };
  return metrics.getMeter(SCOPE).createHistogram<Labels<A>>(name, { unit, description, advice });
}

type Read<A extends string> = (result: ObservableResult<Labels<A>>) => void | Promise<void>;

/** Has a metric read whenever metrics are collected; of a level that is not observed there is nothing. */
export function observe<A extends string>(metric: Metric<A>, read: Read<A>): void {
  observableOf(metric).addCallback(metric.kind === 'level' ? withNothing(read) : read);
}

/** The SDK goes on telling the last value of what is not observed any more; as many labels are kept as there are series. */
function withNothing<A extends string>(read: Read<A>): Read<A> {
  const seen = new Map<string, Labels<A> | undefined>();
  return async (result) => {
    const gone = new Map(seen);
    const observed = (value: number, labels?: Labels<A>): void => {
      const series = JSON.stringify(labels);
      seen.set(series, labels);
      gone.delete(series);
      result.observe(value, labels);
    };
    await read({ observe: observed });
    for (const labels of gone.values()) result.observe(0, labels);
  };
}

function observableOf<A extends string>({ kind, name, unit, description }: Metric<A>) {
  const meter = metrics.getMeter(SCOPE);
  if (kind === 'observed counter') return meter.createObservableCounter<Labels<A>>(name, { unit, description });
  if (kind === 'level') return meter.createObservableUpDownCounter<Labels<A>>(name, { unit, description });
  return meter.createObservableGauge<Labels<A>>(name, { unit, description });
}
