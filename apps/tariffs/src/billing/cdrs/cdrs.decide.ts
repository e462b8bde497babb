import {
  type CdrIssued,
  type DataOf,
  type EventOf,
  REVERSE_CHARGE,
  type SessionFinalized,
  VAT_NOT_DECIDED,
} from '@chargemesh/contracts';
import { formatAmount, zero } from '@chargemesh/money';
import { rate, tracedLine } from '@chargemesh/rating';
import { compiledFor } from '../../price-list/pricing/compiled.js';
import type { TaxedVersion } from '../../price-list/pricing/pin.js';

type Finalized = DataOf<typeof SessionFinalized>;
/** A CDR that is not issued yet. */
export type Draft = Omit<DataOf<typeof CdrIssued>, 'cdrId' | 'number' | 'issuedAt'>;

/** Of the sessions that are final those with news, each once: the newest version, if none as new was billed before. */
export function dueOf(
  finalized: readonly EventOf<typeof SessionFinalized>[],
  billed: ReadonlyMap<string, { readonly finalVersion: number | null }>,
): EventOf<typeof SessionFinalized>[] {
  const due = new Map<string, EventOf<typeof SessionFinalized>>();
  for (const event of finalized) {
    const { sessionId, version } = event.data;
    const known = due.get(sessionId)?.data.version ?? billed.get(sessionId)?.finalVersion ?? 0;
    if (version > known) due.set(sessionId, event);
  }
  return [...due.values()];
}

/**
 * The CDR of a session, rated by the version of its pin; without one it costs nothing, and says so.
 * @param currency where no tariff applied, the operator's
 */
export function cdrOf(session: Finalized, version: TaxedVersion | undefined, currency: string): Draft {
  const { version: _sessionVersion, receivedAt: _receivedAt, reason: _reason, flags, ...usage } = session;
  const { notes, ...price } = version ? priceOf(session, version) : free(currency);
  return {
    ...usage,
    durationS: seconds(session.startedAt, session.endedAt),
    parkingS: session.periods
      .filter(({ kind }) => kind === 'parking')
      .reduce((sum, period) => sum + seconds(period.startedAt, period.endedAt), 0),
    ...price,
    flags: [...new Set([...flags, ...notes])],
  };
}

function free(currency: string) {
  const nothing = formatAmount(zero, currency);
  return { currency, totalBeforeTaxes: nothing, totalInclTaxes: nothing, taxes: [], lines: [], notes: ['no-tariff'] };
}

function priceOf(session: Finalized, version: TaxedVersion) {
  const { tariffId, tariffVersion, tariff } = version;
  const { currency, totalBeforeTaxes, totalInclTaxes, taxes, lines, notes } = rate(
    compiledFor(version, session.location.timeZone),
    session,
  );
  const by = { tariffId, tariffVersion, tariff: { ...tariff } };
  const totals = { currency, totalBeforeTaxes, totalInclTaxes, taxes: taxes.map((tax) => ({ ...tax })) };
  return { ...totals, lines: lines.map(tracedLine), ...by, notes: [...notes, ...vatFlags(version)] };
}

/** How partners and operators see that the VAT is not simply the seller's. */
function vatFlags({ vatTreatment }: TaxedVersion): string[] {
  return vatTreatment === null ? [] : [vatTreatment === 'reverse-charge' ? REVERSE_CHARGE : VAT_NOT_DECIDED];
}

/** Numbers of so many CDRs that follow the last one given out. */
export function numbersAfter(last: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `CDR-${String(last + index + 1).padStart(9, '0')}`);
}

/** Which number of its operator a CDR has. */
export function numberOf({ number }: { readonly number: string }): number {
  return Number(number.slice('CDR-'.length));
}

function seconds(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
}
