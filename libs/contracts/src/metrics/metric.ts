/**
 * A measurement that operators of the platform build dashboards and alerts on, said once: with OpenTelemetry's name where
 * its semantic conventions have one, under `chargemesh.` where not. What it is recorded with follows from here.
 */
export interface Metric<Attribute extends string = string> {
  readonly kind: Kind;
  readonly name: string;
  /** UCUM, or what is counted, in braces. */
  readonly unit: string;
  readonly description: string;
  /**
   * By which it is told apart, each with what it says. Every value makes a series: none may be an id of a station, a
   * session or a token.
   */
  readonly attributes: Readonly<Record<Attribute, string>>;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** The latter two are read when somebody asks; a level may fall and is summed over processes, a gauge is not. */
export type Kind = 'counter' | 'histogram' | 'observed counter' | 'level' | 'gauge';

export function metric<Attribute extends string = never>(given: {
  kind: Exclude<Kind, 'histogram'>;
  name: string;
  unit: string;
  description: string;
  attributes?: Readonly<Record<Attribute, string>>;
}): Metric<Attribute> {
  return { ...given, attributes: given.attributes ?? ({} as Record<Attribute, string>) };
}

export function histogram<Attribute extends string = never>(given: {
  name: string;
  unit: string;
  description: string;
  attributes?: Readonly<Record<Attribute, string>>;
  buckets: readonly number[];
}): Metric<Attribute> {
  return { ...given, kind: 'histogram', attributes: given.attributes ?? ({} as Record<Attribute, string>) };
}

/** Seconds of what somebody waits for. */
export const WAITED_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What a unit adds to a name in Prometheus. */
const SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** The name with its unit, as an OpenTelemetry collector would hand it to Prometheus too; `_total` comes behind it. */
export function nameWithUnit(name: string, unit: string): string {
  const suffix = SUFFIXES[unit] ?? '';
  return name.endsWith(suffix) ? name : `${name}${suffix}`;
}

/** Names of the series that Prometheus has of a metric. */
export function seriesOf({ name, unit, kind }: Pick<Metric, 'name' | 'unit' | 'kind'>): string[] {
  const plain = nameWithUnit(name, unit).replaceAll('.', '_');
  if (kind === 'histogram') return ['_bucket', '_sum', '_count'].map((part) => `${plain}${part}`);
  return [kind === 'counter' || kind === 'observed counter' ? `${plain}_total` : plain];
}

/** What Prometheus calls an attribute. */
export function labelOf(attribute: string): string {
  return attribute.replaceAll('.', '_');
}
