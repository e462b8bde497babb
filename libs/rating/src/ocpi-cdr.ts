import { parseInstant, formatInstant } from './instant.js';
import { MS_PER_HOUR, type Period, type Session } from './session.js';

/**
 * The part of an OCPI CDR or Session that a price needs. 2.2.1 and 2.3.0 say it alike; 2.1.1 calls the end
 * `stop_date_time`. Costs that the CDR claims are not looked at.
 */
export interface OcpiCdr {
  readonly start_date_time: string;
  readonly end_date_time?: string;
  readonly stop_date_time?: string;
  readonly charging_periods: readonly OcpiChargingPeriod[];
  /** Whether it takes back another CDR: its costs are negative. */
  readonly credit?: boolean;
}

export interface OcpiChargingPeriod {
  readonly start_date_time: string;
  readonly dimensions: readonly { readonly type: string; readonly volume: number }[];
  readonly tariff_id?: string;
}

export type OcpiCdrProblem = 'bad-cdr' | 'no-end' | 'no-periods' | 'bad-dimension' | 'several-tariffs';

/** The CDR does not say what was used. */
export class OcpiCdrInvalid extends Error {
  override readonly name = 'OcpiCdrInvalid';

  constructor(
    readonly code: OcpiCdrProblem,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads an OCPI CDR or Session as a session. Time is taken from the periods' timestamps, for hours with four decimals
 * lose seconds; a dimension of time only says what the time was. A reservation without any use after it has expired:
 * OCPI's CDR cannot say that it was cancelled. A period that begins before the session is part of it.
 * @throws OcpiCdrInvalid
 */
export function fromOcpiCdr(cdr: OcpiCdr): Session {
  if (typeof cdr !== 'object' || cdr === null) throw new OcpiCdrInvalid('bad-cdr', 'the CDR is not an object');
  const startMs = instant(cdr.start_date_time);
  const end = endOf(cdr);
  if (!Array.isArray(cdr.charging_periods) || cdr.charging_periods.length === 0) {
    throw new OcpiCdrInvalid('no-periods', 'the CDR has no charging_periods');
  }
  const given = cdr.charging_periods.map((period) => ({ period, startMs: instant(period?.start_date_time) }));
  given.sort((a, b) => a.startMs - b.startMs);
  const tariffs = new Set(given.flatMap(({ period }) => period.tariff_id ?? []));
  if (tariffs.size > 1) throw new OcpiCdrInvalid('several-tariffs', 'the periods name more than one tariff');
  const endMs = instant(end);
  const periods = given.flatMap(({ period, startMs }, i) => periodsOf(period, startMs, given[i + 1]?.startMs ?? endMs));
  const used = periods.some(({ kind }) => kind !== 'reservation');
  const startedAt = formatInstant(Math.min(startMs, given[0]?.startMs ?? startMs));
  return { startedAt, endedAt: end, periods, reservation: used ? 'used' : 'expired' };
}

/** @throws OcpiCdrInvalid without one */
export function endOf(cdr: OcpiCdr): string {
  const end = cdr.end_date_time ?? cdr.stop_date_time;
  if (!end) throw new OcpiCdrInvalid('no-end', 'the CDR has no end_date_time');
  return end;
}

/** Hours in OCPI have at most four decimals: less than this is not a difference. */
export const TOLERANCE_MS = 1_000;

/** One period, or two where charging and parking share one: then parking comes last. */
function periodsOf(period: OcpiChargingPeriod, startMs: number, endMs: number): Period[] {
  const volumes = volumesOf(period);
  const energyWh = (volumes.get('ENERGY') ?? volumes.get('ENERGY_IMPORT') ?? 0) * 1000;
  const parkedMs = (volumes.get('PARKING_TIME') ?? 0) * MS_PER_HOUR;
  const base = { energyWh, ...loadOf(volumes) };
  const between = (fromMs: number, toMs: number) => ({
    startedAt: formatInstant(fromMs),
    endedAt: formatInstant(toMs),
  });
  if ((volumes.get('RESERVATION_TIME') ?? 0) > 0) return [{ ...between(startMs, endMs), ...base, kind: 'reservation' }];
  if (parkedMs <= 0) return [{ ...between(startMs, endMs), ...base, kind: 'charging' }];
  const shared = endMs - startMs - parkedMs > TOLERANCE_MS && (energyWh > 0 || (volumes.get('TIME') ?? 0) > 0);
  if (!shared) return [{ ...between(startMs, endMs), ...base, kind: 'parking' }];
  const fullMs = endMs - Math.round(parkedMs);
  return [
    { ...between(startMs, fullMs), ...base, kind: 'charging' },
    { ...between(fullMs, endMs), energyWh: 0, kind: 'parking' },
  ];
}

export function volumesOf(period: OcpiChargingPeriod): Map<string, number> {
  if (!Array.isArray(period.dimensions)) throw new OcpiCdrInvalid('bad-dimension', 'a period has no dimensions');
  return new Map(
    period.dimensions.map((dimension) => {
      const { type, volume } = dimension ?? {};
      if (!Number.isFinite(volume))
        throw new OcpiCdrInvalid('bad-dimension', `${String(type).slice(0, 20)} has no volume`);
      return [type, volume];
    }),
  );
}

/** Averages are told by Sessions only. Power is in kW there. */
function loadOf(volumes: ReadonlyMap<string, number>): Partial<Period> {
  const told = LOADS.map(([type, member, factor]) => [member, scaledBy(volumes.get(type), factor)] as const);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

const LOADS = [
  ['MIN_POWER', 'minPowerW', 1000],
  ['MAX_POWER', 'maxPowerW', 1000],
  ['POWER', 'powerW', 1000],
  ['MIN_CURRENT', 'minCurrentA', 1],
  ['MAX_CURRENT', 'maxCurrentA', 1],
  ['CURRENT', 'currentA', 1],
] as const;

/** Without what a binary fraction adds: 11.0001 kW are 11000.1 W. */
function scaledBy(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : Math.round(value * factor * 1e6) / 1e6;
}

export function instant(text: unknown): number {
  const ms = typeof text === 'string' ? parseInstant(text) : NaN;
  if (Number.isNaN(ms)) throw new OcpiCdrInvalid('bad-cdr', `no RFC 3339 date-time: ${String(text).slice(0, 40)}`);
  return ms;
}
