import { divideRounded, formatScaled } from '@chargemesh/money';
import type { Amounts } from './bounds.js';
import type { Charge } from './charges.js';
import type { CompiledTariff, Price } from './compile.js';
import { formatInstant } from './instant.js';
import type { LineComponent, LineNote, RatingLine } from './result.js';
import { MS_PER_HOUR, type Session, UWH_PER_KWH } from './session.js';

/** Decimals of exact amounts; what has more (a third of an hour) is rounded there so that the sums still add up. */
const DIGITS = 18;
const ONE = 10n ** BigInt(DIGITS);

/** A charge, what a cap takes from it, or a bound, with its exact amounts in parts of the tariff's denominator. */
export type Item = Amounts &
  ({ readonly kind: 'charge' | 'DAY_CAP' | 'SESSION_CAP'; readonly charge: Charge } | { readonly kind: Bound });
type Bound = 'MINIMUM' | 'MAXIMUM';

/** The lines of the trace with their printed amounts as counts of 10^-18, and the sums of those. */
export function render(tariff: CompiledTariff, session: Session, items: readonly Item[]) {
  const before = new RunningSum(tariff.denominator);
  const incl = new RunningSum(tariff.denominator);
  const amounts: Amounts[] = [];
  const lines = items.map((item): RatingLine => {
    const printed = { beforeTaxes: before.add(item.beforeTaxes), inclTaxes: incl.add(item.inclTaxes) };
    amounts.push(printed);
    const amountBeforeTaxes = formatAmount(printed.beforeTaxes);
    const amountInclTaxes = formatAmount(printed.inclTaxes);
    return { ...lineOf(item, session, amountBeforeTaxes), amountBeforeTaxes, amountInclTaxes };
  });
  return { lines, amounts, sum: { beforeTaxes: before.printed, inclTaxes: incl.printed } };
}

/** Rounds running sums, not amounts, so that the printed amounts add up to the printed total. */
class RunningSum {
  private exact = 0n;
  printed = 0n;

  constructor(private readonly denominator: bigint) {}

  add(amount: bigint): bigint {
    this.exact += amount;
    const upTo = divideRounded(this.exact * ONE, this.denominator);
    const shown = upTo - this.printed;
    this.printed = upTo;
    return shown;
  }
}

export function formatAmount(printed: bigint): string {
  return formatScaled(printed, DIGITS);
}

function lineOf(
  item: Item,
  session: Session,
  price: string,
): Omit<RatingLine, 'amountBeforeTaxes' | 'amountInclTaxes'> {
  if (!('charge' in item)) return boundLine(item.kind, session, price);
  return item.kind === 'charge' ? chargeLine(item.charge) : capLine(item.kind, item.charge, price);
}

function chargeLine({ price, periodIndex, lastPeriodIndex, startMs, endMs, volume, surplus, interpolated }: Charge) {
  return {
    periodIndex,
    lastPeriodIndex,
    startedAt: formatInstant(startMs),
    endedAt: formatInstant(endMs),
    elementIndex: price.elementIndex,
    component: componentOf(price),
    volume: formatVolume(price, volume),
    unit: unitOf(price),
    stepSize: price.type === 'FLAT' ? undefined : (price.component.step_size ?? 0),
    billedVolume: formatVolume(price, volume + surplus),
    price: price.shown,
    taxes: price.taxes,
    notes: notesOf(interpolated, surplus),
  };
}

const ONCE = { volume: '1', unit: 'piece', billedVolume: '1' } as const;

function capLine(component: 'DAY_CAP' | 'SESSION_CAP', charge: Charge, price: string) {
  const { periodIndex, lastPeriodIndex } = charge;
  const [startedAt, endedAt] = [formatInstant(charge.startMs), formatInstant(charge.endMs)];
  const { elementIndex, taxes } = charge.price;
  return {
    periodIndex,
    lastPeriodIndex,
    startedAt,
    endedAt,
    elementIndex,
    component,
    ...ONCE,
    price,
    taxes,
    notes: [],
  };
}

function boundLine(component: Bound, { startedAt, endedAt }: Session, price: string) {
  const note: LineNote = component === 'MINIMUM' ? 'minimum' : 'maximum';
  return { startedAt, endedAt, component, ...ONCE, price, taxes: [], notes: [note] };
}

function notesOf(interpolated: boolean, surplus: number): LineNote[] {
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

export function formatKwh(uwh: number): string {
  if (uwh % UWH_PER_KWH === 0) return String(uwh / UWH_PER_KWH);
  return formatScaled(BigInt(uwh), 9);
}

export function formatHours(ms: number): string {
  if (ms % MS_PER_HOUR === 0) return String(ms / MS_PER_HOUR);
  return formatScaled(divideRounded(BigInt(ms) * ONE, BigInt(MS_PER_HOUR)), DIGITS);
}
