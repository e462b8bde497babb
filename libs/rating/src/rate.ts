import { divideRounded, formatScaled } from '@chargemesh/money';
import { type Amounts, maximumDiscount, minimumSurcharge } from './bounds.js';
import { type CapDiscount, capDiscounts } from './caps.js';
import { type Charge, type Used, bounded, chargesOf } from './charges.js';
import type { CompiledTariff } from './compiled-tariff.js';
import { parseInstant } from './instant.js';
import { formatAmount } from './printed.js';
import { type Item, render } from './render.js';
import type { RatingResult, ResultNote } from './result.js';
import type { Period, Session } from './session.js';
import { applyStepSizes } from './step-size.js';
import { type Tax, shareTax } from './taxes.js';
import { componentTotals } from './totals.js';

/** What a session costs, with its trace. Pure: the same tariff and session always give the same. @throws SessionInvalid */
export function rate(tariff: CompiledTariff, session: Session): RatingResult {
  const { used, items, before, incl } = counted(tariff, session);
  const rendered = render(tariff, session, items);
  const format = (amount: bigint) => formatScaled(amount, tariff.minorDigits, 'fixed');
  return {
    currency: tariff.currency,
    totalBeforeTaxes: format(before),
    totalInclTaxes: format(incl),
    taxes: taxTotals(tariff, items, { before, incl }).map(({ tax, amount }) => ({ ...tax, amount: format(amount) })),
    exactBeforeTaxes: formatAmount(rendered.sum.beforeTaxes),
    exactInclTaxes: formatAmount(rendered.sum.inclTaxes),
    totals: componentTotals(used, items, rendered.amounts),
    lines: rendered.lines,
    notes: resultNotes(tariff, session, used),
  };
}

/** The totals of `rate` without its trace, for many sessions at once. @throws SessionInvalid */
export function rateTotals(
  tariff: CompiledTariff,
  session: Session,
): Pick<RatingResult, 'currency' | 'totalBeforeTaxes' | 'totalInclTaxes'> {
  const { before, incl } = counted(tariff, session);
  const { currency, minorDigits } = tariff;
  const format = (amount: bigint) => formatScaled(amount, minorDigits, 'fixed');
  return { currency, totalBeforeTaxes: format(before), totalInclTaxes: format(incl) };
}

/** The charges of a session, and its totals in the currency's minor units. */
function counted(tariff: CompiledTariff, session: Session) {
  const { charges: all, used } = chargesOf(tariff, session);
  applyStepSizes(all);
  const charges = bounded(all);
  const { items, sum } = priced(tariff, charges, used);
  return { used, items, before: tariff.toMinor(sum.beforeTaxes), incl: tariff.toMinor(sum.inclTaxes) };
}

/** Every charge with its amounts, and what a minimum or maximum adds to or takes from their sum. */
function priced(tariff: CompiledTariff, charges: readonly Charge[], used: Used) {
  const sum = { beforeTaxes: 0n, inclTaxes: 0n };
  const items: Item[] = [];
  const add = (counted: Item) => {
    const item = tariff.reverseCharge ? { ...counted, inclTaxes: counted.beforeTaxes } : counted;
    sum.beforeTaxes += item.beforeTaxes;
    sum.inclTaxes += item.inclTaxes;
    items.push(item);
  };
  const capped = tariff.caps.length > 0 ? capDiscounts(tariff.caps, charges, amountsOf) : NOTHING_CAPPED;
  for (const charge of charges) {
    add({ kind: 'charge', charge, ...amountsOf(charge) });
    for (const discount of capped.get(charge) ?? []) add({ kind: CAP_KINDS[discount.per], charge, ...discount });
  }
  const { min, max } = tariff.limits;
  if (min && somethingUsed(charges, used)) addBound('MINIMUM', minimumSurcharge(min, sum));
  if (max) addBound('MAXIMUM', maximumDiscount(max, sum));
  return { items, sum };

  function addBound(kind: 'MINIMUM' | 'MAXIMUM', amounts: Amounts): void {
    if (amounts.beforeTaxes !== 0n || amounts.inclTaxes !== 0n) add({ kind, ...amounts });
  }
}

const NOTHING_CAPPED: ReadonlyMap<Charge, readonly CapDiscount[]> = new Map();
const CAP_KINDS = { DAY: 'DAY_CAP', SESSION: 'SESSION_CAP' } as const;

function amountsOf({ price, volume, surplus }: Charge): Amounts {
  const billed = BigInt(volume + surplus);
  return { beforeTaxes: price.unit.beforeTaxes * billed, inclTaxes: price.unit.inclTaxes * billed };
}

/** A minimum price is not for a session in which nothing was consumed, reserved or sold. */
function somethingUsed(charges: readonly Charge[], { energyUwh, reserved }: Used): boolean {
  return charges.some(({ price }) => price.component.price > 0) || energyUwh > 0 || reserved;
}

/** The rounded tax by its name and rate; with a single tax that is all of it. */
function taxTotals(
  tariff: CompiledTariff,
  items: readonly Item[],
  { before, incl }: { before: bigint; incl: bigint },
): { tax: Tax; amount: bigint }[] {
  const total = incl - before;
  const exact = new Map<Tax, bigint>();
  for (const item of items) {
    if ('charge' in item) for (const tax of item.charge.price.taxes) exact.set(tax, 0n);
  }
  if (exact.size === 0) return total === 0n ? [] : [{ tax: taxOfMinimum(tariff, before, total), amount: total }];
  if (exact.size === 1) return [...exact.keys()].map((tax) => ({ tax, amount: total }));
  for (const item of items) {
    if (!('charge' in item)) continue;
    const { beforeTaxes, taxes } = item.charge.price.unit;
    for (const { tax, amount } of taxes) {
      const own = beforeTaxes === 0n ? 0n : (amount * item.beforeTaxes) / beforeTaxes;
      exact.set(tax, (exact.get(tax) ?? 0n) + own);
    }
  }
  const shares = shareTax(total, [...exact.values()]);
  return [...exact.keys()].map((tax, i) => ({ tax, amount: shares[i] ?? 0n }));
}

/** Where nothing else was sold: the only tax of the tariff or, where it has several, the rate that it comes to. */
function taxOfMinimum({ taxes: [only, ...others] }: CompiledTariff, before: bigint, total: bigint): Tax {
  if (only && others.length === 0) return only;
  const percentage = before === 0n ? '0' : formatScaled(divideRounded(total * 1_000_000n, before), 4);
  return { name: 'VAT', percentage };
}

function resultNotes(tariff: CompiledTariff, session: Session, used: Used): ResultNote[] {
  const notes: ResultNote[] = [];
  if (tariff.freeWithoutEnergy && used.energyUwh === 0) notes.push('free-without-energy');
  if (tariff.asksCurrent && session.periods.some(hidesCurrent)) notes.push('current-unknown');
  notes.push(...unpricedNotes(tariff, used));
  if (tariff.hidesTaxes) notes.push('tax-unknown');
  const always = tariff.validFromMs === -Infinity && tariff.validToMs === Infinity;
  if (!always && !isValidAt(tariff, new Date(parseInstant(session.startedAt)))) notes.push('outside-validity');
  return notes;
}

/** Whether a tariff says of itself that it is valid; it is priced by all the same. */
export function isValidAt({ validFromMs, validToMs }: CompiledTariff, at: Date): boolean {
  return at.getTime() >= validFromMs && at.getTime() < validToMs;
}

function unpricedNotes({ prices }: CompiledTariff, used: Used): ResultNote[] {
  const notes: ResultNote[] = [];
  if (prices.ENERGY && used.unpricedEnergy) notes.push('unpriced-energy');
  if (prices.TIME && used.unpricedTime) notes.push('unpriced-time');
  if (prices.PARKING_TIME && used.unpricedParking) notes.push('unpriced-parking');
  return notes;
}

function hidesCurrent({ kind, minCurrentA, maxCurrentA, currentA }: Period): boolean {
  return kind === 'charging' && (minCurrentA ?? maxCurrentA ?? currentA) === undefined;
}
