import type { Amounts } from './bounds.js';
import type { Charge } from './charges.js';
import type { CompiledTariff, Price } from './compiled-tariff.js';
import { formatInstant } from './instant.js';
import { formatAmount, formatHours, formatKwh } from './printed.js';
import type { LineComponent, LineNote, RatingLine } from './result.js';
import type { Session } from './session.js';

/** A charge, what a cap takes from it, or a bound, with its exact amounts in parts of the tariff's denominator. */
export type Item = Amounts &
  ({ readonly kind: 'charge' | 'DAY_CAP' | 'SESSION_CAP'; readonly charge: Charge } | { readonly kind: Bound });
type Bound = 'MINIMUM' | 'MAXIMUM';

/** The lines of the trace with their printed amounts as counts of 10^-18, and the sums of those. */
export function render(tariff: CompiledTariff, session: Session, items: readonly Item[]) {
  const before = new RunningSum(tariff.toPrinted);
  const incl = new RunningSum(tariff.toPrinted);
  const amounts: Amounts[] = [];
  const lines = items.map((item): RatingLine => {
    const printed = { beforeTaxes: before.add(item.beforeTaxes), inclTaxes: incl.add(item.inclTaxes) };
    amounts.push(printed);
    if (!('charge' in item)) return boundLine(item.kind, session, printed);
    return item.kind === 'charge' ? chargeLine(item.charge, printed) : capLine(item.kind, item.charge, printed);
  });
  return { lines, amounts, sum: { beforeTaxes: before.printed, inclTaxes: incl.printed } };
}

/** Rounds running sums, not amounts, so that the printed amounts add up to the printed total. */
class RunningSum {
  private exact = 0n;
  printed = 0n;

  constructor(private readonly toPrinted: (amount: bigint) => bigint) {}

  add(amount: bigint): bigint {
    this.exact += amount;
    const upTo = this.toPrinted(this.exact);
    const shown = upTo - this.printed;
    this.printed = upTo;
    return shown;
  }
}

function chargeLine(charge: Charge, { beforeTaxes, inclTaxes }: Amounts): RatingLine {
  const { price, periodIndex, lastPeriodIndex, startMs, endMs, volume, surplus } = charge;
  const shown = formatVolume(price, volume);
  return {
    periodIndex,
    lastPeriodIndex,
    startedAt: formatInstant(startMs),
    endedAt: formatInstant(endMs),
    elementIndex: price.elementIndex,
    component: componentOf(price),
    volume: shown,
    unit: unitOf(price),
    stepSize: price.type === 'FLAT' ? undefined : (price.component.step_size ?? 0),
    billedVolume: surplus === 0 ? shown : formatVolume(price, volume + surplus),
    price: price.shown,
    taxes: price.taxes,
    amountBeforeTaxes: formatAmount(beforeTaxes),
    amountInclTaxes: formatAmount(inclTaxes),
    notes: notesOf(charge),
  };
}

function capLine(component: 'DAY_CAP' | 'SESSION_CAP', charge: Charge, printed: Amounts): RatingLine {
  const { periodIndex, lastPeriodIndex, startMs, endMs, price } = charge;
  const [startedAt, endedAt] = [formatInstant(startMs), formatInstant(endMs)];
  const { elementIndex, taxes } = price;
  const about = { periodIndex, lastPeriodIndex, startedAt, endedAt, elementIndex, component };
  return { ...about, ...pricedOnce(printed), taxes, notes: [] };
}

function boundLine(component: Bound, { startedAt, endedAt }: Session, printed: Amounts): RatingLine {
  const note: LineNote = component === 'MINIMUM' ? 'minimum' : 'maximum';
  return { startedAt, endedAt, component, ...pricedOnce(printed), taxes: [], notes: [note] };
}

function pricedOnce({ beforeTaxes, inclTaxes }: Amounts) {
  const [amountBeforeTaxes, amountInclTaxes] = [formatAmount(beforeTaxes), formatAmount(inclTaxes)];
  const once = { volume: '1', unit: 'piece', billedVolume: '1' } as const;
  return { ...once, price: amountBeforeTaxes, amountBeforeTaxes, amountInclTaxes };
}

function notesOf({ interpolated, surplus }: Charge): LineNote[] {
  const notes: LineNote[] = [];
  if (interpolated) notes.push('interpolated');
  if (surplus > 0) notes.push('step-size');
  return notes;
}

function componentOf(price: Price): LineComponent {
  return price.reservation ? 'RESERVATION' : price.type;
}

function unitOf({ type }: Price): RatingLine['unit'] {
  if (type === 'FLAT') return 'piece';
  return type === 'ENERGY' ? 'kWh' : 'h';
}

function formatVolume({ type }: Price, volume: number): string {
  if (type === 'FLAT') return String(volume);
  return type === 'ENERGY' ? formatKwh(volume) : formatHours(volume);
}
