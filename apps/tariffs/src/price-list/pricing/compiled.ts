import { type CompiledTariff, compileTariff } from '@chargemesh/rating';
import type { TaxedVersion } from './pin.js';

/** Weakly: who keeps a version keeps what was made of it; one with prices of a market is another one for each session. */
const made = new WeakMap<TaxedVersion, Map<string, CompiledTariff>>();

/** Compiles each version once per time zone. @throws TimeZoneUnknown */
export function compiledFor(version: TaxedVersion, timeZone: string): CompiledTariff {
  const ofZones = made.get(version) ?? new Map<string, CompiledTariff>();
  const compiled = ofZones.get(timeZone) ?? compileTariff(version.tariff, { timeZone });
  made.set(version, ofZones.set(timeZone, compiled));
  return compiled;
}
