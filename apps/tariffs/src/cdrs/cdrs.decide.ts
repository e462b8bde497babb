import type { CdrIssued, CdrLine, DataOf, EventOf, SessionFinalized } from '@chargemesh/contracts';
import { formatAmount, zero } from '@chargemesh/money';
import { type CompiledTariff, type RatingLine, compileTariff, rate } from '@chargemesh/rating';
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

/** What a session was pinned to. */
export interface Pinned {
  readonly version: TariffVersion;
  readonly compiled: CompiledTariff;
}

/** Compiles each version once per time zone; for as long as one batch takes. */
export function compiler(): (version: TariffVersion, timeZone: string) => Pinned {
  const made = new Map<string, Pinned>();
  return (version, timeZone) => {
    const key = `${version.tariffId}/${version.tariffVersion}/${timeZone}`;
    const pinned = made.get(key) ?? { version, compiled: compileTariff(version.tariff, { timeZone }) };
    made.set(key, pinned);
    return pinned;
  };
}

/** Of the sessions that are final those without a CDR, each once; what is said first counts. */
export function dueOf(
  finalized: readonly EventOf<typeof SessionFinalized>[],
  issued: ReadonlySet<string>,
): EventOf<typeof SessionFinalized>[] {
  const due = new Map<string, EventOf<typeof SessionFinalized>>();
  for (const event of finalized) {
    const { sessionId } = event.data;
    if (!issued.has(sessionId) && !due.has(sessionId)) due.set(sessionId, event);
  }
  return [...due.values()];
}

/** The CDR of a session, priced by its pinned tariff; without one it costs nothing, and says so. */
export function cdrOf(session: Finalized, pinned: Pinned | undefined, issue: Issue): CdrData {
  const { version: _version, receivedAt: _receivedAt, reason: _reason, flags, ...usage } = session;
  const { cdrId, number, issuedAt } = issue;
  const { notes, ...price } = pinned ? priceOf(session, pinned) : free(issue.currency);
  return {
    cdrId,
    number,
    issuedAt,
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
  return { currency, totalBeforeTaxes: nothing, totalInclTaxes: nothing, lines: [], notes: ['no-tariff'] };
}

function priceOf(session: Finalized, { version, compiled }: Pinned) {
  const { tariffId, tariffVersion, tariff } = version;
  const { currency, totalBeforeTaxes, totalInclTaxes, lines, notes } = rate(compiled, session);
  const by = { tariffId, tariffVersion, tariff: { ...tariff } };
  return { currency, totalBeforeTaxes, totalInclTaxes, lines: lines.map(lineOf), ...by, notes };
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
