import type { SampledValue } from '@chargemesh/contracts';
import type { Sample } from './sample.js';

/** What has no column of its own, at the outlet: the station's own figure for all phases, or else their sum. */
export function totalOf({ others }: Sample, measurand: string, unit: string): number | null {
  const values = (others ?? []).filter((one): one is SampledValue => 'value' in one && one.measurand === measurand);
  const own = values.filter((one) => (one.location ?? 'Outlet') === 'Outlet' && (one.unit ?? unit) === unit);
  const total = own.find(({ phase }) => phase === undefined);
  if (total || own.length === 0) return total?.value ?? null;
  return own.reduce((sum, { value }) => sum + value, 0);
}

/** What a car gives back, in W: measured as such, or as less than nothing that it takes. */
export function powerBackOf(sample: Sample): number | null {
  const { powerW } = sample;
  return totalOf(sample, 'Power.Active.Export', 'W') ?? (powerW !== null && powerW < 0 ? -powerW : null);
}

/** The register of what cars gave back, in Wh. */
export function registerBackOf(sample: Sample): number | null {
  return totalOf(sample, 'Energy.Active.Export.Register', 'Wh');
}
