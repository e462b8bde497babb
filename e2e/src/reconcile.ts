import { expect } from '@jest/globals';
import type { Rest } from '@chargemesh/all-in-one';
import type { DataOf } from '@chargemesh/contracts';
import type { CdrIssued } from '@chargemesh/contracts';
import type { Ledger, LedgerSession } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { price } from './network.js';

export type Cdr = Omit<DataOf<typeof CdrIssued>, 'cdrId'> & { id: string; creditedByCdrId?: string };

/** Every item of a list, page by page. */
export async function listAll<T>(rest: Rest, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  do {
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: T[]; nextCursor: string | null } = await rest.get(
      `${path}${path.includes('?') ? '&' : '?'}limit=500${more}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Those that count: neither credits nor what they took back. */
const live = (cdrs: readonly Cdr[]): Cdr[] =>
  cdrs.filter(({ kind, creditedByCdrId }) => kind !== 'credit' && creditedByCdrId === undefined);

/** Waits until the platform has billed as many sessions as the ledger has, as long as it goes on, then gives all CDRs. */
export async function cdrsOf(rest: Rest, { sessions }: Ledger): Promise<Cdr[]> {
  for (let billedBefore = -1; ;) {
    const cdrs = await eventually(async () => {
      const all = await listAll<Cdr>(rest, 'tariffs/v1/cdrs');
      if (live(all).length <= billedBefore)
        throw new Error(`${billedBefore} of ${sessions.length} sessions are billed`);
      return all;
    });
    billedBefore = live(cdrs).length;
    if (billedBefore >= sessions.length) return cdrs;
  }
}

/** The sessions of the ledger that are not billed, with what the platform says of each; for a failure that explains itself. */
export async function unbilled(rest: Rest, ledger: Ledger, cdrs: readonly Cdr[]): Promise<unknown[]> {
  const names = new Set(live(cdrs).map(({ stationId, transactionId }) => `${stationId} ${transactionId}`));
  const missing = ledger.sessions.map((session) => usage(session).session).filter((name) => !names.has(name));
  if (missing.length === 0) return [];
  const sessions = await listAll<{ stationId: string; transactionId: string }>(rest, 'sessions/v1/sessions');
  const known = new Map(sessions.map((session) => [`${session.stationId} ${session.transactionId}`, session]));
  return missing.map((session) => known.get(session) ?? { session, status: 'unknown to the platform' });
}

/** What a ledger and CDRs must agree on; plain values, so that a difference is readable. */
export interface Billed {
  session: string;
  startedAt: string;
  endedAt: string;
  energyWh: number;
  totalBeforeTaxes: string;
  totalInclTaxes: string;
}

export function expected(ledger: Ledger): Billed[] {
  return ledger.sessions.map((session) => ({ ...usage(session), ...cost(session) })).sort(bySession);
}

export function billed(cdrs: readonly Cdr[]): Billed[] {
  return live(cdrs)
    .map(({ stationId, transactionId, startedAt, endedAt, energyWh, totalBeforeTaxes, totalInclTaxes }) => ({
      session: `${stationId} ${transactionId}`,
      startedAt: instant(startedAt),
      endedAt: instant(endedAt),
      energyWh,
      totalBeforeTaxes,
      totalInclTaxes,
    }))
    .sort(bySession);
}

function usage({ stationId, transactionId, startedAt, endedAt, energyWh }: LedgerSession) {
  return {
    session: `${stationId} ${transactionId}`,
    startedAt: instant(startedAt),
    endedAt: instant(endedAt ?? ''),
    energyWh: energyWh ?? -1,
  };
}

/**
 * The price worked out by hand in whole numbers: prices in 1/10000 EUR, energy in Wh, time in minutes of the step.
 * All three are brought to the common unit 1/(10000 × 1000 × 60) EUR.
 */
function cost({ startedAt, endedAt, energyWh }: LedgerSession) {
  const tenThousandths = (amount: string): bigint => BigInt(Math.round(Number(amount) * 10_000));
  const seconds = (Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 1_000;
  const minutes = BigInt(Math.ceil(seconds / price.stepS));
  const energy = tenThousandths(price.perKwh) * BigInt(energyWh ?? 0) * 60n;
  const time = tenThousandths(price.perHour) * minutes * 1_000n;
  const fee = tenThousandths(price.perSession) * 60_000n;
  const before = energyWh ? energy + time + fee : time + fee;
  const unit = 10_000n * 60_000n;
  return {
    totalBeforeTaxes: cents(before, unit),
    totalInclTaxes: cents(before * BigInt(100 + price.vat), unit * 100n),
  };
}

/** `amount / unit` EUR, rounded half up to cents. */
function cents(amount: bigint, unit: bigint): string {
  const rounded = (amount * 200n + unit) / (2n * unit);
  return `${rounded / 100n}.${String(rounded % 100n).padStart(2, '0')}`;
}

function instant(text: string): string {
  return new Date(text).toISOString();
}

function bySession(a: Billed, b: Billed): number {
  return a.session < b.session ? -1 : a.session > b.session ? 1 : 0;
}

/** Waits until payments has one entry for each of these CDRs and no other: it hears of a CDR after that is listed. */
export async function expectEntered(rest: Rest, cdrIds: readonly string[]): Promise<void> {
  await eventually(async () => {
    const entries = await listAll<{ cdrId: string }>(rest, 'payments/v1/ledger-entries');
    expect(entries.map(({ cdrId }) => cdrId).sort()).toEqual([...cdrIds].sort());
  });
}
