import type { SampledValue } from '@chargemesh/contracts';
import type { Sample } from './sample.js';

const POWER = 'Power.Active.Import';
const POWER_BACK = 'Power.Active.Export';
const REGISTER_BACK = 'Energy.Active.Export.Register';

/** What has no column of its own and tells of the energy of a session all the same. */
export const TELLING: readonly string[] = [POWER, POWER_BACK, REGISTER_BACK];

/** What has no column of its own, at the outlet: the station's own figure for all phases, or else their sum. */
function totalOf({ others }: Sample, measurand: string, unit: string): number | null {
  const values = (others ?? []).filter((one): one is SampledValue => 'value' in one && one.measurand === measurand);
  const own = values.filter((one) => (one.location ?? 'Outlet') === 'Outlet' && (one.unit ?? unit) === unit);
  const total = own.find(({ phase }) => phase === undefined);
  if (total || own.length === 0) return total?.value ?? null;
  return own.reduce((sum, { value }) => sum + value, 0);
}

/** What a car gives back, in W: measured as such, or as less than nothing that it takes. */
export function powerBackOf(sample: Sample): number | null {
  const { powerW } = sample;
  return totalOf(sample, POWER_BACK, 'W') ?? (powerW !== null && powerW < 0 ? -powerW : null);
}

/** The register of what cars gave back, in Wh. */
export function registerBackOf(sample: Sample): number | null {
  return totalOf(sample, REGISTER_BACK, 'Wh');
}

/** The power of the phases together, where a station does not say it in total. */
export function powerOfPhases(sample: Sample): number | null {
  return totalOf(sample, POWER, 'W');
}
