import type { Random } from '@chargemesh/testing/random';

type Use = {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly energyWh: number;
  readonly periods: { startedAt: string; endedAt: string; energyWh: number; kind: 'charging' | 'parking' }[];
};

const HOUR_MS = 3_600_000;

/** A price with any components, in the size of its currency; per minute exact, as the law wants it. */
export function randomTariff(next: Random, currency: string, digits: number) {
  const size = digits === 0 ? 100 : 1;
  const price = (most: number) => Number((next() * most * size).toFixed(digits + 2));
  const perHour = () => Number((Math.ceil(next() * 20) * 6 * size) / 100);
  const step = () => [1, 1, 60, 300, 900][Math.floor(next() * 5)];
  const vat = next() < 0.5 ? { vat: [7, 19, 20, 25.5][Math.floor(next() * 4)] } : {};
  const energy = { type: 'ENERGY', price: price(0.9), step_size: [1, 100, 1_000][Math.floor(next() * 3)], ...vat };
  const timed = (type: string) => ({ type, price: perHour(), step_size: step(), ...vat });
  const all = [
    energy,
    ...(next() < 0.4 ? [timed('TIME')] : []),
    ...(next() < 0.6 ? [timed('PARKING_TIME')] : []),
    ...(next() < 0.4 ? [{ type: 'FLAT', price: price(2), step_size: 1, ...vat }] : []),
  ];
  const first =
    next() < 0.3 ? [{ price_components: [{ ...energy, price: price(0.5) }], restrictions: { max_kwh: 10 } }] : [];
  return {
    ...{ country_code: 'DE', party_id: 'ABC', id: 'T1', currency, last_updated: '2026-01-01T00:00:00Z' },
    tax_included: next() < 0.5 ? 'YES' : 'NO',
    // Seldom less than a long session costs, so that bills above the hold are there.
    preauthorize_amount: Number((size * (next() < 0.2 ? 5 : 80)).toFixed(digits)),
    elements: [...first, { price_components: all }],
  };
}

/** Some hours of charging and parking in the last days; now and then nothing is charged. */
export function randomUse(next: Random, from?: string): Use {
  const startMs = from ? Date.parse(from) : Math.floor((Date.now() - (10 + next() * 48) * HOUR_MS) / 1_000) * 1_000;
  const at = (afterS: number) => new Date(startMs + afterS * 1_000).toISOString().replace('.000Z', 'Z');
  const [chargingS, parkingS] = [60 + Math.floor(next() * 14_400), next() < 0.5 ? Math.floor(next() * 7_200) : 0];
  const energyWh = next() < 0.03 ? 0 : Math.floor(next() * 60_000);
  const charging = { startedAt: at(0), endedAt: at(chargingS), energyWh, kind: 'charging' as const };
  const endedAt = at(chargingS + parkingS);
  const parking = { startedAt: at(chargingS), endedAt, energyWh: 0, kind: 'parking' as const };
  return { startedAt: at(0), endedAt, energyWh, periods: parkingS > 0 ? [charging, parking] : [charging] };
}
