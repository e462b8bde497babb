import type { EvseDevice } from '@chargemesh/contracts';
import type { MeterKey } from './meter-key.entity.js';

/** A station that sells kWh, with what is known of its place. */
export interface Selling {
  readonly stationId: string;
  readonly locationId: string;
  readonly country: string;
  readonly billVerifiedOnly: boolean;
  readonly evses: readonly EvseDevice[];
}

export interface MeterKeyGap {
  readonly stationId: string;
  readonly evseId: number;
  readonly evseRef?: string;
  readonly locationId: string;
  readonly country: string;
  /** `unconfirmed`: the station said one, and nobody has compared it with the meter. */
  readonly state: 'no-key' | 'unconfirmed';
}

/** Where a kWh is sold by what the meter signed (MessEG § 33, as others tell it), by ISO 3166-1 alpha-3. */
const BY_SIGNED_VALUES: ReadonlySet<string> = new Set(['DEU']);

/** Which EVSEs sell kWh by signed values, by law or by choice, while nobody has registered the key that they are checked with. */
export function meterKeyGapsOf(stations: readonly Selling[], keys: readonly MeterKey[]): MeterKeyGap[] {
  return stations
    .filter(({ country, billVerifiedOnly }) => billVerifiedOnly || BY_SIGNED_VALUES.has(country))
    .flatMap((station) => {
      const own = keys.filter(({ stationId, status }) => stationId === station.stationId && status === 'active');
      return station.evses.filter(({ evseId }) => evseId > 0).flatMap((evse) => gapOf(station, evse, own) ?? []);
    });
}

function gapOf(
  { stationId, locationId, country }: Selling,
  { evseId, evseRef }: EvseDevice,
  keys: readonly MeterKey[],
): MeterKeyGap | undefined {
  const fitting = keys.filter((key) => key.evseId === 0 || key.evseId === evseId);
  if (fitting.some(({ trust }) => trust !== 'first-use')) return undefined;
  const state = fitting.length > 0 ? 'unconfirmed' : 'no-key';
  return { stationId, evseId, ...(evseRef === undefined ? {} : { evseRef }), locationId, country, state };
}
