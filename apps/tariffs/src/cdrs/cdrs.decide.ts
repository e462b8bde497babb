import type { CdrIssued, CdrLine, DataOf, SessionFinalized } from '@chargemesh/contracts';
import { type RatingLine, compileTariff, rate } from '@chargemesh/rating';
import type { TariffVersion } from '../tariffs/tariff.entity.js';

type Finalized = DataOf<typeof SessionFinalized>;
type CdrData = DataOf<typeof CdrIssued>;

/** What a CDR has that the session does not decide. */
export interface Issue {
  readonly cdrId: string;
  readonly number: string;
  readonly issuedAt: string;
  /** Where no tariff applied, the operator's. */
  readonly currency: string;
}

/** The CDR of a session, priced by its pinned tariff; without one it costs nothing, and says so. */
export function cdrOf(session: Finalized, pinned: TariffVersion | undefined, issue: Issue): CdrData {
  const { version: _version, receivedAt: _receivedAt, reason: _reason, flags, ...usage } = session;
  const { cdrId, number, issuedAt } = issue;
  return {
    cdrId,
    number,
    issuedAt,
    ...usage,
    durationS: seconds(session.startedAt, session.endedAt),
    parkingS: session.periods
      .filter(({ kind }) => kind === 'parking')
      .reduce((sum, period) => sum + seconds(period.startedAt, period.endedAt), 0),
    ...priceOf(session, pinned, issue.currency),
    flags: pinned ? flags : [...flags, 'no-tariff'],
  };
}

function priceOf(session: Finalized, pinned: TariffVersion | undefined, currency: string) {
  if (!pinned) return { currency, totalBeforeTaxes: '0', totalInclTaxes: '0', lines: [] };
  const { tariffId, tariffVersion, tariff } = pinned;
  const result = rate(compileTariff(tariff, { timeZone: session.location.timeZone }), session);
  return {
    currency: result.currency,
    totalBeforeTaxes: result.totalBeforeTaxes,
    totalInclTaxes: result.totalInclTaxes,
    lines: result.lines.map(lineOf),
    tariffId,
    tariffVersion,
    tariff: { ...tariff },
  };
}

export function lineOf(line: RatingLine): CdrLine {
  const [tax] = line.taxes;
  return {
    startedAt: line.startedAt,
    endedAt: line.endedAt,
    component: line.component,
    ...(line.elementIndex === undefined ? {} : { element: line.elementIndex }),
    volume: line.volume,
    billedVolume: line.billedVolume,
    ...(line.stepSize === undefined ? {} : { stepSize: line.stepSize }),
    price: line.price,
    ...(tax ? { taxPercent: tax.percentage } : {}),
    amountBeforeTaxes: line.amountBeforeTaxes,
    amountInclTaxes: line.amountInclTaxes,
    ...(line.notes.length > 0 ? { note: line.notes.join(', ') } : {}),
  };
}

/** Numbers of so many CDRs that follow the last one given out. */
export function numbersAfter(last: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `CDR-${String(last + index + 1).padStart(9, '0')}`);
}

function seconds(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
}
