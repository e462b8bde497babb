import type { CdrLine } from '@chargemesh/contracts';
import {
  type Decimal,
  add,
  compare,
  formatAmount,
  formatDecimal,
  multiply,
  parseDecimal,
  subtract,
  sum,
  zero,
} from '@chargemesh/money';
import type { Registration } from '../fiscal/registration.js';
import type { PaidCdr, PaymentView } from '../payments/checkout.port.js';
import { type TaxLine, type Totals, lessTaxes, netOf, shareOf, totalsOf } from './receipt.taxes.js';

/** Who sells the energy. */
export interface Issuer {
  readonly name: string;
  /** Lines as on an envelope; none, where the operator has not said them. */
  readonly address: readonly string[];
  readonly vatNumber?: string | undefined;
}

/** A business that bought, and asked for an invoice. */
export interface Buyer {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly vatNumber: string;
}

export type ReceiptKind = 'receipt' | 'credit-note';

export interface ReceiptLine {
  readonly component:
    'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT' | 'RESERVATION' | 'REDUCTION' | 'MINIMUM' | 'BEYOND_HOLD';
  /** kWh, minutes or pieces; absent for what is taken off or put on the whole. */
  readonly quantity?: { readonly value: string; readonly unit: 'kWh' | 'min' | '' };
  /** Of one of them as it was shown, taxes included. */
  readonly unitPrice?: string;
  readonly taxPercent?: string | undefined;
  /** Taxes included, exact. */
  readonly amount: string;
}

/** What became of a receipt at the tax authorities of a country that wants it registered. */
export interface Fiscal {
  /** Absent while it is not registered. */
  readonly registration?: Registration | undefined;
  /** It was not registered in time: drivers may have had it before. */
  readonly isLate: boolean;
  /** What is on it then, in the country's own words. */
  readonly outageText?: string | undefined;
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
  /** Who asked for it by name, after it was issued: with it the document is an invoice, under the same number. */
  readonly buyer?: Buyer | undefined;
  /** Added after it was issued, as `buyer` is. */
  readonly fiscal?: Fiscal | undefined;
  /** Of who pays, as it was said at a terminal; on the document from the beginning, whether it becomes an invoice or not. */
  readonly buyerVatNumber?: string | undefined;
  /** Of a credit note: the receipt that it takes back in part or as a whole. */
  readonly corrects?: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly supply: {
    readonly evse: string;
    readonly place: readonly string[];
    /** ISO 3166-1 alpha-3; absent on documents of old. */
    readonly country?: string;
    readonly startedAt: string;
    readonly endedAt: string;
    readonly energyWh: number;
  };
  readonly lines: readonly ReceiptLine[];
  /** Of what was paid: net and taxes add up to it. */
  readonly net: string;
  readonly taxes: readonly TaxLine[];
  readonly gross: string;
  /** What the card was charged, or given back. */
  readonly paid: string;
  readonly cdrNumber: string;
  /** What the signed values of the meter are worth, if it signs. */
  readonly signedVerdict?: string | undefined;
}

interface Issued {
  readonly number: string;
  readonly issuedAt: Date;
  readonly issuer: Issuer;
  readonly buyerVatNumber?: string | undefined;
}

/** The receipt of a payment that was captured: what the CDR says, less what is beyond the hold, which nobody is charged. */
export function receiptOf(
  payment: PaymentView,
  cdr: PaidCdr,
  { number, issuedAt, issuer, buyerVatNumber }: Issued,
): ReceiptDocument {
  const { currency } = cdr;
  const paid = payment.capturedAmount;
  const taxes = shareOf(totalsOf(cdr), paid);
  return {
    kind: 'receipt',
    ...{ number, issuedAt: issuedAt.toISOString(), issuer, buyerVatNumber, currency },
    ...supplyOf(payment, cdr),
    lines: [...linesOf(cdr.lines), ...reductionsOf(cdr, paid)],
    ...{ net: netOf({ gross: paid, taxes, currency }), taxes, gross: paid, paid },
    cdrNumber: cdr.number,
    signedVerdict: cdr.signedVerdict?.result,
  };
}

/** What is not charged, a line for each rate: in proportion to the lines of the rates, and together what is missing. */
function reductionsOf({ lines, totalInclTaxes }: PaidCdr, paid: string): ReceiptLine[] {
  const missing = subtract(parseDecimal(totalInclTaxes), parseDecimal(paid));
  if (compare(missing, zero) <= 0) return [];
  const whole = sum(lines.map(amountOf));
  const percents = whole.isZero() ? [undefined] : [...new Set(lines.map(({ taxPercent }) => taxPercent))];
  let rest = missing;
  const reductions = percents.map((taxPercent, index): ReceiptLine => {
    const own = sum(lines.filter((line) => line.taxPercent === taxPercent).map(amountOf));
    const isLast = index === percents.length - 1;
    const share = isLast ? rest : multiply(missing, own).div(whole).toDecimalPlaces(SHARE_DECIMALS);
    rest = subtract(rest, share);
    return { component: 'BEYOND_HOLD', taxPercent, amount: formatDecimal(subtract(zero, share)) };
  });
  return reductions.filter(({ amount }) => amount !== '0');
}

/** Of a line, as it is written. */
const SHARE_DECIMALS = 4;

function amountOf({ amountInclTaxes }: CdrLine): Decimal {
  return parseDecimal(amountInclTaxes);
}

function supplyOf(payment: PaymentView, { location, connector, ...cdr }: PaidCdr) {
  const { name, address, postalCode, city, country, timeZone } = location;
  return {
    timeZone,
    supply: {
      evse: connector.evseRef ?? `${payment.stationId}:${payment.evseId}`,
      place: [name, address, [postalCode, city].filter(Boolean).join(' ')],
      country,
      startedAt: cdr.startedAt,
      endedAt: cdr.endedAt,
      energyWh: cdr.energyWh,
    },
  };
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
 * The credit note of what was given back of a receipt. Receipt and notes together are what is still paid: of the CDR that counts
 * now, if another one took the place of the one before, else of what the documents before it say.
 */
export function creditNoteOf(
  [receipt, ...notes]: readonly [ReceiptDocument, ...ReceiptDocument[]],
  { refunded, replacement }: GivenBack,
  { number, issuedAt, issuer }: Issued,
): ReceiptDocument {
  const { buyerVatNumber, currency, timeZone, supply, cdrNumber, signedVerdict } = receipt;
  const left = leftOf(receipt, notes);
  const kept = formatAmount(subtract(parseDecimal(left.gross), parseDecimal(refunded)), currency);
  const stays = shareOf(replacement && !isNothing(replacement) ? totalsOf(replacement) : left, kept);
  const taxes = lessTaxes(left.taxes, stays, currency);
  return {
    kind: 'credit-note',
    ...{ number, issuedAt: issuedAt.toISOString(), issuer, buyerVatNumber, corrects: receipt.number },
    ...{ currency, timeZone, supply },
    lines: [],
    ...{ net: netOf({ gross: refunded, taxes, currency }), taxes, gross: refunded, paid: refunded },
    ...{ cdrNumber: replacement?.number ?? cdrNumber, signedVerdict },
  };
}

/** There are no rates by which something could stay. */
function isNothing({ totalInclTaxes }: PaidCdr): boolean {
  return parseDecimal(totalInclTaxes).isZero();
}

/** Of a receipt, less its credit notes. */
function leftOf({ gross, taxes, currency }: ReceiptDocument, notes: readonly ReceiptDocument[]): Totals {
  const credited = sum(notes.map((note) => parseDecimal(note.gross)));
  const given = notes.flatMap((note) => note.taxes);
  return {
    currency,
    gross: formatAmount(subtract(parseDecimal(gross), credited), currency),
    taxes: lessTaxes(taxes, given, currency),
  };
}
