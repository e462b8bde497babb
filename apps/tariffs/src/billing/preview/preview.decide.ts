import { type Decimal, add, compare, formatAmount, parseDecimal, subtract, zero } from '@chargemesh/money';
import { SessionInvalid, TimeZoneUnknown, marketSeriesOf, quartersUsed, rate, stepsOf } from '@chargemesh/rating';
import type { TariffUse } from '../../price-list/market-prices/market-tariffs.service.js';
import { compiledFor } from '../../price-list/pricing/compiled.js';
import { type PinnedVat, type TaxedVersion, vatKey, withVat } from '../../price-list/pricing/pin.js';
import type { TariffVersion } from '../../price-list/tariffs/tariff.entity.js';
import type { PastCdr } from './preview.store.js';
import type { PreviewView } from './preview.schema.js';

type Document = PastCdr['document'];
type Largest = PreviewView['largest'][number];

const SHOWN = 10;
/** A request ends within some seconds; a tariff that follows a market is another one for each session. */
const MOST = { usual: 50_000, market: 5_000 };
/** Of rating, in the same request: half a minute of CPU at worst. */
const MOST_STEPS = 200_000_000;
/** A market's prices of the past may have been imported for the preview: the newest count. */
const NEWEST = new Date(8_640_000_000_000_000);

/** Adds up what past CDRs would have cost by another tariff; holds no more of them than the sums and the ten largest. */
export class Comparison {
  private seen = 0;
  private steps = 0;
  private count = 0;
  private skipped = 0;
  private dearer = 0;
  private cheaper = 0;
  private readonly old = { before: zero, incl: zero };
  private readonly new = { before: zero, incl: zero };
  private largest: { cdr: Largest; by: Decimal }[] = [];
  private readonly versions = new Map<string, TaxedVersion>();

  constructor(private readonly version: TariffVersion) {}

  /** Whether as much was looked at as one request may; who wants more goes on. */
  get isFull(): boolean {
    const most = marketSeriesOf(this.version.tariff).length > 0 ? MOST.market : MOST.usual;
    return this.seen >= most || this.steps >= MOST_STEPS;
  }

  /** What the CDRs would be priced by, apart from the prices of markets. */
  usesOf(past: readonly PastCdr[]): TariffUse<TaxedVersion>[] {
    return past.map(({ document, ...vat }) => ({
      id: document.cdrId,
      version: this.versionWith(vat),
      began: NEWEST,
      quarters: quartersUsed(document.periods),
    }));
  }

  add({ document }: PastCdr, version: TaxedVersion | undefined): void {
    this.seen += 1;
    const comparable = document.currency === this.version.currency ? version : undefined;
    const result = comparable && this.rated(document, comparable);
    if (!result) {
      this.skipped += 1;
      return;
    }
    this.count += 1;
    sumUp(this.old, document);
    sumUp(this.new, result);
    const by = subtract(parseDecimal(result.totalInclTaxes), parseDecimal(document.totalInclTaxes));
    if (compare(by, zero) > 0) this.dearer += 1;
    if (compare(by, zero) < 0) this.cheaper += 1;
    this.rank(document, result.totalInclTaxes, by);
  }

  result(): Omit<PreviewView, 'complete' | 'nextCursor'> {
    const { tariffId, currency } = this.version;
    const totals = (of: Sum) => ({
      totalBeforeTaxes: formatAmount(of.before, currency),
      totalInclTaxes: formatAmount(of.incl, currency),
    });
    const more = { before: subtract(this.new.before, this.old.before), incl: subtract(this.new.incl, this.old.incl) };
    const { count, skipped, dearer, cheaper } = this;
    const sums = { old: totals(this.old), new: totals(this.new), difference: totals(more) };
    return {
      tariffId,
      currency,
      count,
      skipped,
      ...sums,
      dearer,
      cheaper,
      largest: this.largest.map(({ cdr }) => cdr),
    };
  }

  /** Nothing for a session that cannot be rated; one of them must not keep the others from being looked at. */
  private rated(document: Document, version: TaxedVersion) {
    try {
      const compiled = compiledFor(version, document.location.timeZone);
      const [startMs, endMs] = [Date.parse(document.startedAt), Date.parse(document.endedAt)];
      this.steps += stepsOf(compiled, { startMs, endMs, periods: document.periods.length });
      return rate(compiled, document);
    } catch (error) {
      if (error instanceof SessionInvalid || error instanceof TimeZoneUnknown) return undefined;
      throw error;
    }
  }

  private versionWith(vat: PinnedVat): TaxedVersion {
    const version = this.versions.get(vatKey(vat)) ?? withVat(this.version, vat);
    this.versions.set(vatKey(vat), version);
    return version;
  }

  private rank({ cdrId, number, sessionId, totalInclTaxes }: Document, newInclTaxes: string, by: Decimal): void {
    const last = this.largest.at(-1);
    if (by.isZero() || (this.largest.length === SHOWN && last && compare(by.abs(), last.by.abs()) <= 0)) return;
    const difference = formatAmount(by, this.version.currency);
    const cdr = { cdrId, number, sessionId, oldInclTaxes: totalInclTaxes, newInclTaxes, difference };
    this.largest = [...this.largest, { cdr, by }].sort((a, b) => compare(b.by.abs(), a.by.abs())).slice(0, SHOWN);
  }
}

interface Sum {
  before: Decimal;
  incl: Decimal;
}

function sumUp(
  sum: Sum,
  { totalBeforeTaxes, totalInclTaxes }: Pick<Document, 'totalBeforeTaxes' | 'totalInclTaxes'>,
): void {
  sum.before = add(sum.before, parseDecimal(totalBeforeTaxes));
  sum.incl = add(sum.incl, parseDecimal(totalInclTaxes));
}
