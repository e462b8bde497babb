import { type Decimal, add, compare, formatDecimal, parseDecimal, round, subtract, sum, zero } from '@chargemesh/money';
import { type OcpiCdr, endOf, instant, volumesOf } from './ocpi-cdr.js';
import { type OcpiVersion, rateOcpi } from './ocpi-rating.js';
import { isRecord } from './problems.js';
import type { ComponentTotal, LineComponent, RatingLine, RatingResult } from './result.js';
import { MS_PER_HOUR } from './session.js';
import type { Difference } from './priced-cdr.js';

type Json = Readonly<Record<string, unknown>>;

/** OCPI's numbers have four decimals: each of those that a figure is made of may be off by half of the last. */
const HALF_OF_LAST = 0.000_05;

/**
 * What an OCPI CDR states, compared with what it is made of: energy, times and parking time with its periods, and each
 * part of the cost and the whole with what its tariff and periods give.
 * @throws TariffInvalid, OcpiCdrInvalid, SessionInvalid, TimeZoneUnknown
 */
export function ocpiDifferences(version: OcpiVersion, timeZone: string, tariff: unknown, cdr: Json): Difference[] {
  const read = cdr as unknown as OcpiCdr;
  const result = rateOcpi({ version, timeZone, tariff, cdr });
  return [...volumeDifferences(cdr, read), ...costDifferences(cdr, result)];
}

function volumeDifferences(cdr: Json, read: OcpiCdr): Difference[] {
  const volumes = read.charging_periods.map(volumesOf);
  const total = (...types: string[]) =>
    volumes.reduce((all, volume) => all + (types.flatMap((type) => volume.get(type) ?? [])[0] ?? 0), 0);
  const hours = (instant(endOf(read)) - instant(read.start_date_time)) / MS_PER_HOUR;
  const tolerance = HALF_OF_LAST * (volumes.length + 2);
  return [
    ...figure('total_energy', cdr, total('ENERGY', 'ENERGY_IMPORT'), tolerance),
    ...figure('total_time', cdr, hours, tolerance),
    ...figure('total_parking_time', cdr, total('PARKING_TIME'), tolerance),
  ];
}

function figure(path: string, cdr: Json, made: number, tolerance: number): Difference[] {
  const said = cdr[path];
  if (typeof said !== 'number' || Math.abs(said - made) <= tolerance) return [];
  return [{ path, said: String(said), recomputed: String(Math.round(made * 10_000) / 10_000) }];
}

const PARTS = {
  total_fixed_cost: ['flat', 'FLAT'],
  total_energy_cost: ['energy', 'ENERGY'],
  total_time_cost: ['time', 'TIME'],
  total_parking_cost: ['parking', 'PARKING_TIME'],
  total_reservation_cost: ['reservation', 'RESERVATION'],
} as const;

/** Of a credit only the total is negative. */
function costDifferences(cdr: Json, result: RatingResult): Difference[] {
  const { totalBeforeTaxes, totalInclTaxes } = result;
  const whole = { amountBeforeTaxes: totalBeforeTaxes, amountInclTaxes: totalInclTaxes };
  const parts = Object.entries(PARTS).flatMap(([path, [part, component]]) => {
    const made = { ...result.totals[part], tolerance: toleranceOf(result.lines, component) };
    return cost(path, cdr[path], made, true);
  });
  return [...cost('total_cost', cdr['total_cost'], { ...whole, tolerance: TOLERANCE }, false), ...parts];
}

/** What four decimals of each volume and of each price may come to, for amounts are told of exact ones. */
function toleranceOf(lines: readonly RatingLine[], component: LineComponent): Decimal {
  const own = lines.filter((line) => line.component === component);
  const factor = (line: RatingLine) =>
    1 + line.taxes.reduce((all, { percentage }) => all + Number(percentage) / 100, 0);
  const most = own.reduce(
    (all, line) => all + (Math.abs(Number(line.price)) + Number(line.billedVolume)) * factor(line),
    0,
  );
  return add(TOLERANCE, parseDecimal((most * HALF_OF_LAST).toFixed(9)));
}

type Amounts = Pick<ComponentTotal, 'amountBeforeTaxes' | 'amountInclTaxes'> & { readonly tolerance: Decimal };

function cost(path: string, said: unknown, made: Amounts, unsigned: boolean): Difference[] {
  if (!isRecord(said)) return [];
  const read = (amount: string) => (unsigned ? parseDecimal(amount).abs() : parseDecimal(amount));
  const [before, incl] = [read(made.amountBeforeTaxes), read(made.amountInclTaxes)];
  const { excl_vat, incl_vat, before_taxes, taxes } = said;
  const taxed = Array.isArray(taxes) ? sum(taxes.map((tax) => amountOf(isRecord(tax) ? tax['amount'] : 0))) : undefined;
  const told = amountOf(before_taxes ?? excl_vat);
  const toldIncl = taxed === undefined ? incl_vat : undefined;
  return [
    ...amount(`${path} before taxes`, told, before, made.tolerance),
    ...(typeof toldIncl === 'number' ? amount(`${path} with taxes`, amountOf(toldIncl), incl, made.tolerance) : []),
    ...(taxed === undefined ? [] : amount(`${path} with taxes`, add(told, taxed), incl, made.tolerance)),
  ];
}

function amountOf(value: unknown): Decimal {
  return typeof value === 'number' ? parseDecimal(value) : zero;
}

function amount(path: string, said: Decimal, made: Decimal, tolerance: Decimal): Difference[] {
  if (compare(subtract(said, made).abs(), tolerance) <= 0) return [];
  return [{ path, said: formatDecimal(said), recomputed: formatDecimal(round(made, 4)) }];
}

/** To four decimals, of which two may have been rounded apart. */
const TOLERANCE = parseDecimal('0.0002');
