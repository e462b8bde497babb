import type { CdrLine } from '@chargemesh/contracts';
import {
  type Decimal,
  add,
  compare,
  formatAmount,
  formatDecimal,
  multiply,
  parseDecimal,
  roundToMinor,
  subtract,
  sum,
  zero,
} from '@chargemesh/money';
import type { PaidCdr, PaymentView } from '../payments/checkout.port.js';

/** Who sells the energy. */
export interface Issuer {
  readonly name: string;
  /** Lines as on an envelope; none, where the operator has not said them. */
  readonly address: readonly string[];
  readonly vatNumber?: string | undefined;
}

export type ReceiptKind = 'receipt' | 'credit-note';

export interface ReceiptLine {
  readonly component: 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT' | 'RESERVATION' | 'REDUCTION' | 'MINIMUM';
  /** kWh, minutes or pieces; absent for what is taken off or put on the whole. */
  readonly quantity?: { readonly value: string; readonly unit: 'kWh' | 'min' | '' };
  /** Of one of them as it was shown, taxes included. */
  readonly unitPrice?: string;
  readonly taxPercent?: string | undefined;
  /** Taxes included, exact. */
  readonly amount: string;
}

export interface TaxLine {
  /** Absent, where a CDR of old does not tell. */
  readonly percent?: string;
  readonly amount: string;
}

/**
 * A receipt or credit note as it was issued: all that is on paper, in no language yet. Amounts are in the currency's minor
 * units, those of a credit note positive.
 */
export interface ReceiptDocument {
  readonly kind: ReceiptKind;
  readonly number: string;
  readonly issuedAt: string;
  readonly issuer: Issuer;
  /** Of a credit note: the receipt that it takes back in part or as a whole. */
  readonly corrects?: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly supply: {
    readonly evse: string;
    readonly place: readonly string[];
    readonly startedAt: string;
    readonly endedAt: string;
    readonly energyWh: number;
  };
  readonly lines: readonly ReceiptLine[];
  readonly net: string;
  readonly taxes: readonly TaxLine[];
  readonly gross: string;
  /** What the card was charged, or given back. */
  readonly paid: string;
  /** What the operator does not charge, since it was beyond the hold. */
  readonly notCharged?: string;
  readonly cdrNumber: string;
  /** What the signed values of the meter are worth, if it signs. */
  readonly signedVerdict?: string | undefined;
}

interface Issued {
  readonly number: string;
  readonly issuedAt: Date;
  readonly issuer: Issuer;
}

/** The receipt of a payment that was captured; its sums are those of the CDR. */
export function receiptOf(payment: PaymentView, cdr: PaidCdr, { number, issuedAt, issuer }: Issued): ReceiptDocument {
  const { currency } = cdr;
  const money = (amount: Decimal) => formatAmount(amount, currency);
  const gross = parseDecimal(cdr.totalInclTaxes);
  const notCharged = subtract(gross, parseDecimal(payment.capturedAmount));
  return {
    kind: 'receipt',
    ...{ number, issuedAt: issuedAt.toISOString(), issuer, currency },
    ...supplyOf(payment, cdr),
    lines: linesOf(cdr.lines),
    net: money(parseDecimal(cdr.totalBeforeTaxes)),
    taxes: taxesOf(cdr),
    gross: money(gross),
    paid: payment.capturedAmount,
    ...(compare(notCharged, zero) > 0 ? { notCharged: money(notCharged) } : {}),
    cdrNumber: cdr.number,
    signedVerdict: cdr.signedVerdict?.result,
  };
}

function supplyOf(payment: PaymentView, { location, connector, ...cdr }: PaidCdr) {
  const { name, address, postalCode, city, timeZone } = location;
  return {
    timeZone,
    supply: {
      evse: connector.evseRef ?? `${payment.stationId}:${payment.evseId}`,
      place: [name, address, [postalCode, city].filter(Boolean).join(' ')],
      startedAt: cdr.startedAt,
      endedAt: cdr.endedAt,
      energyWh: cdr.energyWh,
    },
  };
}

function taxesOf({ taxes, totalInclTaxes, totalBeforeTaxes, currency }: PaidCdr): TaxLine[] {
  if (taxes) return taxes.map(({ percentage, amount }) => ({ percent: percentage, amount }));
  const amount = subtract(parseDecimal(totalInclTaxes), parseDecimal(totalBeforeTaxes));
  return amount.isZero() ? [] : [{ amount: formatAmount(amount, currency) }];
}

/** The lines of a CDR's trace, those of one price together. */
function linesOf(lines: readonly CdrLine[]): ReceiptLine[] {
  const groups = new Map<string, CdrLine[]>();
  for (const line of lines) {
    const key = [line.component, line.price, line.taxPercent].join('/');
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()].map(lineOf).filter(({ amount }) => amount !== '0');
}

const UNITS = { ENERGY: 'kWh', TIME: 'min', PARKING_TIME: 'min', FLAT: '', RESERVATION: '' } as const;

function lineOf(group: readonly CdrLine[]): ReceiptLine {
  const [{ component, taxPercent, price }] = group as [CdrLine, ...CdrLine[]];
  const total = sum(group.map(({ amountInclTaxes }) => parseDecimal(amountInclTaxes)));
  const amount = formatDecimal(total);
  if (component === 'MINIMUM') return { component, taxPercent, amount };
  if (component === 'DAY_CAP' || component === 'SESSION_CAP' || component === 'MAXIMUM')
    return { component: 'REDUCTION', taxPercent, amount };
  const perUnit = component === 'TIME' || component === 'PARKING_TIME' ? 60 : 1;
  const volume = sum(group.map(({ billedVolume }) => parseDecimal(billedVolume)));
  const value = formatDecimal(multiply(volume, parseDecimal(perUnit)));
  const withTaxes = multiply(parseDecimal(price), taxFactorOf(group)).div(perUnit).toDecimalPlaces(9);
  return {
    ...{ component, quantity: { value, unit: UNITS[component] }, unitPrice: formatDecimal(withTaxes) },
    ...{ taxPercent, amount },
  };
}

/** What makes the tariff's price the one that was shown: taxes, where the tariff's prices are without. */
function taxFactorOf(group: readonly CdrLine[]): Decimal {
  const [{ taxPercent = '0', price }] = group as [CdrLine, ...CdrLine[]];
  const volume = sum(group.map(({ billedVolume }) => parseDecimal(billedVolume)));
  const before = sum(group.map(({ amountBeforeTaxes }) => parseDecimal(amountBeforeTaxes)));
  const withoutTaxes = compare(multiply(volume, parseDecimal(price)), before) === 0;
  const one = parseDecimal('1');
  return withoutTaxes ? add(one, parseDecimal(taxPercent).div(100)) : one;
}

/** What was given back and has no credit note yet, and the CDR that took the place of the one that was paid, if one did. */
export interface GivenBack {
  readonly refunded: string;
  readonly replacement: PaidCdr | undefined;
}

/**
 * The credit note of what was given back of a receipt. Where another CDR took the place of the one that counted before, net and
 * taxes are the differences of the two; else they are in proportion to what is left of the receipt after earlier notes.
 */
export function creditNoteOf(
  [receipt, ...notes]: readonly [ReceiptDocument, ...ReceiptDocument[]],
  { refunded, replacement }: GivenBack,
  { number, issuedAt, issuer }: Issued,
): ReceiptDocument {
  const left = leftOf(receipt, notes);
  const taxes = (replacement && differences(left, refunded, replacement)) ?? proportional(left, refunded);
  const tax = sum(taxes.map(({ amount }) => parseDecimal(amount)));
  const { currency, timeZone, supply, cdrNumber, signedVerdict } = receipt;
  return {
    kind: 'credit-note',
    ...{ number, issuedAt: issuedAt.toISOString(), issuer, corrects: receipt.number, currency, timeZone, supply },
    lines: [],
    net: formatAmount(subtract(parseDecimal(refunded), tax), currency),
    ...{ taxes, gross: refunded, paid: refunded },
    ...{ cdrNumber: replacement?.number ?? cdrNumber, signedVerdict },
  };
}

type Left = Pick<ReceiptDocument, 'gross' | 'taxes' | 'currency'>;

/** Of a receipt, less its credit notes. */
function leftOf({ gross, taxes, currency }: ReceiptDocument, notes: readonly ReceiptDocument[]): Left {
  const credited = sum(notes.map((note) => parseDecimal(note.gross)));
  return {
    currency,
    gross: formatAmount(subtract(parseDecimal(gross), credited), currency),
    taxes: lessTaxes(
      taxes,
      notes.flatMap((note) => note.taxes),
      currency,
    ),
  };
}

/** Undefined, where the difference is not what was given back. */
function differences({ gross, taxes, currency }: Left, refunded: string, by: PaidCdr): TaxLine[] | undefined {
  const difference = subtract(parseDecimal(gross), parseDecimal(by.totalInclTaxes));
  return compare(difference, parseDecimal(refunded)) === 0 ? lessTaxes(taxes, taxesOf(by), currency) : undefined;
}

/** By rate. */
function lessTaxes(from: readonly TaxLine[], taken: readonly TaxLine[], currency: string): TaxLine[] {
  const of = (lines: readonly TaxLine[], percent: string | undefined) =>
    sum(lines.filter((line) => line.percent === percent).map(({ amount }) => parseDecimal(amount)));
  const percents = new Set([...from, ...taken].map(({ percent }) => percent));
  return [...percents].map((percent) => ({
    ...(percent === undefined ? {} : { percent }),
    amount: formatAmount(subtract(of(from, percent), of(taken, percent)), currency),
  }));
}

function proportional({ gross, taxes, currency }: Left, refunded: string): TaxLine[] {
  if (parseDecimal(gross).isZero()) return [];
  return taxes.map(({ amount, ...line }) => {
    const share = multiply(parseDecimal(amount), parseDecimal(refunded)).div(parseDecimal(gross));
    return { ...line, amount: formatAmount(roundToMinor(share, currency), currency) };
  });
}
