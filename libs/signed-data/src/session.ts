import { anyCase } from '@chargemesh/contracts';
import { billedEnergy, isBegin, isEnd, riseOf } from './energy.js';
import type { OcmfRecord } from './ocmf-record.js';
import type { SignedReading } from './ocmf-readings.js';
import { type Reason, type Result, resultOf } from './reasons.js';
import { type SignedData, type Verdict, verifySignedData } from './verify.js';

/** A day of values every minute and a half. */
export const VALUES_MAX = 1_000;

export interface SessionVerdict {
  readonly result: Result;
  readonly reason: Reason;
  /** One for each value, in the order given. */
  readonly values: readonly Verdict[];
  /** Energy that may be billed, exact decimal in Wh; only when `valid`. */
  readonly energyWh?: string;
  /** The two readings whose difference it is; only when `valid`. */
  readonly begin?: SignedReading;
  readonly end?: SignedReading;
  /** The first and the last pagination counter of the transaction; only when `valid`. */
  readonly pages?: { readonly first: string; readonly last: string };
}

/** User assignments that the meter itself did not believe (OCMF table 11). */
const UNASSIGNED = new Set(['MISMATCH', 'INVALID', 'OUTDATED', 'UNKNOWN']);

/**
 * Checks the signed values of one transaction, in any order: every signature, one meter, one key, no value missing
 * in between, a begin and an end, nothing that the meter took back; and says how much energy that proves.
 * A value that was sent twice counts once; fiscal readings (`F`) are checked, but belong to no transaction.
 * @param keyOf The public key of the meter that a value names, from the operator's registry; the index is
 * the value's place in the list.
 */
export function verifySession(
  data: readonly SignedData[],
  keyOf: (record: OcmfRecord, index: number) => string | undefined,
): SessionVerdict {
  if (data.length === 0 || data.length > VALUES_MAX) return refused('values-missing', []);
  const values = data.map((value, index) => verifySignedData(value, (record) => keyOf(record, index)));
  const failed = values.find(({ result }) => result !== 'valid');
  if (failed) return refused(failed.reason, values);
  const records = values.flatMap(({ read }) => (read ? [read] : []));
  const broken = originProblem(records, values);
  if (broken) return refused(broken, values);
  const pages = inOrder(records);
  if (typeof pages === 'string') return refused(pages, values);
  const readings = pages.flatMap((page) => page.readings);
  const proven = frameProblem(pages) ?? meterProblem(pages, readings) ?? billedEnergy(readings);
  if (typeof proven === 'string') return refused(proven, values);
  const untimely = timeProblem(proven.begin, proven.end);
  if (untimely) return refused(untimely, values);
  const range = { first: String(numberOf(pages[0])), last: String(numberOf(pages.at(-1))) };
  return { result: 'valid', reason: 'verified', values, ...proven, pages: range };
}

/** The first and the last pagination counter that transaction values name, whatever their signatures are worth. */
export function pagesIn(data: readonly SignedData[]): SessionVerdict['pages'] {
  const numbers = data
    .slice(0, VALUES_MAX)
    .map((value) => verifySignedData(value, undefined).read?.pagination)
    .flatMap((page) => (page?.context === 'T' ? [BigInt(page.number)] : []))
    .sort((a, b) => (a < b ? -1 : 1));
  const [first, last] = [numbers[0], numbers.at(-1)];
  return first === undefined || last === undefined ? undefined : { first: String(first), last: String(last) };
}

/** What values tell of their transaction's energy, whatever their signatures are worth; of several meters the most. */
export function energyTold(values: readonly Verdict[]): ReturnType<typeof riseOf> {
  const records = values.flatMap(({ read }) => (read ? [read] : []));
  const meters = new Set(records.map(({ meter, gateway }) => meter.serial ?? gateway.serial));
  const rises = [...meters].flatMap((serial) => {
    const own = records.filter(({ meter, gateway }) => (meter.serial ?? gateway.serial) === serial);
    return riseOf(own.flatMap(({ readings }) => readings)) ?? [];
  });
  return rises.sort((a, b) => b.energyWh - a.energyWh)[0];
}

function refused(reason: Reason, values: readonly Verdict[]): SessionVerdict {
  return { result: resultOf(reason), reason, values };
}

function originProblem(records: readonly OcmfRecord[], values: readonly Verdict[]): Reason | undefined {
  const serials = records.map(({ gateway, meter }) => JSON.stringify([gateway.serial ?? '', meter.serial ?? '']));
  if (serials.includes('["",""]')) return 'serial-missing';
  if (new Set(serials).size > 1) return 'serial-differs';
  return new Set(values.map(({ publicKey }) => publicKey)).size > 1 ? 'key-differs' : undefined;
}

/** The values of the transaction by their counter. */
function inOrder(records: readonly OcmfRecord[]): readonly OcmfRecord[] | Reason {
  const pages = new Map<bigint, OcmfRecord>();
  for (const record of records) {
    if (!record.pagination) return 'pagination-missing';
    if (record.pagination.context === 'F') continue;
    const number = numberOf(record);
    const known = pages.get(number);
    if (known && JSON.stringify(known) !== JSON.stringify(record)) return 'pagination-repeated';
    pages.set(number, record);
  }
  const numbers = [...pages.keys()].sort((a, b) => (a < b ? -1 : 1));
  const [first = 0n] = numbers;
  if (numbers.some((number, at) => number !== first + BigInt(at))) return 'pagination-gap';
  return numbers.flatMap((number) => pages.get(number) ?? []);
}

function numberOf(record: OcmfRecord | undefined): bigint {
  return BigInt(record?.pagination?.number ?? 0);
}

function frameProblem(pages: readonly OcmfRecord[]): Reason | undefined {
  const begins = pages.map(({ readings }) => readings.some(isBegin));
  const ends = pages.map(({ readings }) => readings.some(isEnd));
  if (!begins.includes(true)) return 'begin-missing';
  if (!ends.includes(true)) return 'end-missing';
  if (!begins[0]) return 'begin-not-first';
  return ends.at(-1) ? undefined : 'end-not-last';
}

function meterProblem(pages: readonly OcmfRecord[], readings: readonly SignedReading[]): Reason | undefined {
  if (pages.some(({ user }) => UNASSIGNED.has(user.level?.trim() ?? ''))) return 'user-assignment-failed';
  if (usersDiffer(pages)) return 'user-differs';
  if (readings.some(({ status }) => status !== 'G')) return 'meter-error';
  return readings.some(energyUnusable) ? 'energy-unusable' : undefined;
}

/** A begin of one user and an end of another are no transaction; who names nobody may be anybody. */
function usersDiffer(pages: readonly OcmfRecord[]): boolean {
  const named = (marks: (reading: SignedReading) => boolean) =>
    pages
      .filter(({ readings }) => readings.some(marks))
      .map(({ user }) => anyCase(user.id?.trim() ?? ''))
      .filter((id) => id !== '');
  const ends = named(isEnd);
  return named(isBegin).some((begin) => ends.some((end) => end !== begin));
}

/** An exception spoils what its flags name, and without flags everything. */
function energyUnusable({ transaction, errorFlags = '' }: SignedReading): boolean {
  return errorFlags.includes('E') || (transaction === 'X' && errorFlags === '');
}

function timeProblem(begin: SignedReading, end: SignedReading): Reason | undefined {
  if (begin.at === undefined || end.at === undefined) return 'time-unreadable';
  if (Date.parse(end.at) < Date.parse(begin.at)) return 'time-backwards';
  return begin.timeStatus === 'relative' && end.timeStatus !== 'relative' ? 'time-status-differs' : undefined;
}
