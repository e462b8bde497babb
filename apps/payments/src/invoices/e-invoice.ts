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
import type { Buyer, ReceiptDocument, ReceiptLine } from '../receipts/receipt.document.js';
import { countryOfVatNumber } from './vat-numbers.js';

/** UN/ECE Recommendation 20. */
type Unit = 'KWH' | 'MIN' | 'C62';

export interface InvoiceLine {
  readonly id: string;
  readonly name: string;
  readonly quantity: string;
  readonly unit: Unit;
  /** Without taxes, as everything here. */
  readonly price: string;
  readonly net: string;
  readonly percent: string;
}

/** What is taken off or put on a sum of one rate. */
export interface Adjustment {
  readonly isCharge: boolean;
  readonly amount: string;
  readonly percent: string;
  readonly reason: string;
}

export interface InvoiceTax {
  readonly percent: string;
  /** Standard rate, or zero rated. */
  readonly category: 'S' | 'Z';
  readonly net: string;
  readonly amount: string;
}

/** What EN 16931 has of a receipt or a credit note whose buyer is known. */
export interface EInvoice {
  readonly kind: ReceiptDocument['kind'];
  readonly number: string;
  readonly issueDate: string;
  readonly corrects?: string;
  readonly currency: string;
  readonly seller: {
    readonly name: string;
    readonly address: readonly string[];
    readonly country: string;
    readonly vatNumber: string;
  };
  readonly buyer: Buyer;
  readonly supply: { readonly startDate: string; readonly endDate: string };
  /** Where it was charged, and by which charge detail record. */
  readonly note: string;
  readonly lines: readonly InvoiceLine[];
  readonly adjustments: readonly Adjustment[];
  readonly taxes: readonly InvoiceTax[];
  readonly totals: {
    readonly lines: string;
    readonly allowances: string;
    readonly charges: string;
    readonly net: string;
    readonly tax: string;
    readonly gross: string;
    /** Nothing, since it was paid by card. */
    readonly due: string;
  };
}

/** Words for what stands on it. */
export type InvoiceWords = (component: ReceiptLine['component'] | 'WHOLE') => string;

/**
 * Undefined for what EN 16931 cannot say: an issuer without a VAT number of which the country is known, or taxes whose rates
 * a CDR of old does not tell.
 */
export function eInvoiceOf(document: ReceiptDocument, buyer: Buyer, words: InvoiceWords): EInvoice | undefined {
  const { kind, number, corrects, currency, issuer, supply, timeZone } = document;
  const country = issuer.vatNumber === undefined ? undefined : countryOfVatNumber(issuer.vatNumber);
  const taxes = taxesOf(document);
  if (issuer.vatNumber === undefined || country === undefined || taxes === undefined) return undefined;
  const { lines, adjustments } = detailOf(document, taxes, words);
  const money = (amount: Decimal) => formatAmount(amount, currency);
  const adjusted = (isCharge: boolean) =>
    sum(adjustments.filter((one) => one.isCharge === isCharge).map(({ amount }) => parseDecimal(amount)));
  const dateOf = (at: string) => new Date(at).toLocaleDateString('sv-SE', { timeZone });
  return {
    ...{ kind, number, issueDate: dateOf(document.issuedAt), currency, buyer, lines, adjustments, taxes },
    ...(corrects === undefined ? {} : { corrects }),
    seller: { name: issuer.name, address: issuer.address, country, vatNumber: issuer.vatNumber.replaceAll(' ', '') },
    supply: { startDate: dateOf(supply.startedAt), endDate: dateOf(supply.endedAt) },
    note: [supply.evse, ...supply.place, document.cdrNumber].join(', '),
    totals: {
      lines: money(sum(lines.map(({ net }) => parseDecimal(net)))),
      allowances: money(adjusted(false)),
      charges: money(adjusted(true)),
      net: document.net,
      tax: money(sum(taxes.map(({ amount }) => parseDecimal(amount)))),
      gross: document.gross,
      due: money(zero),
    },
  };
}

function taxesOf({ taxes }: ReceiptDocument): InvoiceTax[] | undefined {
  const told = taxes.flatMap(({ percent, net, amount }): InvoiceTax[] => {
    if (percent === undefined || net === undefined) return [];
    const rate = parseDecimal(percent);
    return [{ percent: formatDecimal(rate), category: rate.isZero() ? 'Z' : 'S', net, amount }];
  });
  const isEachOnce = new Set(told.map(({ percent }) => percent)).size === told.length;
  return told.length > 0 && told.length === taxes.length && isEachOnce ? told : undefined;
}

interface Detail {
  readonly lines: readonly InvoiceLine[];
  readonly adjustments: readonly Adjustment[];
}

function detailOf({ lines, currency }: ReceiptDocument, taxes: readonly InvoiceTax[], words: InvoiceWords): Detail {
  const isTold = lines.every(({ taxPercent }) => taxes.some((tax) => isOf(tax, taxPercent)));
  const parts = taxes.map((tax) =>
    partOf(isTold ? lines.filter(({ taxPercent }) => isOf(tax, taxPercent)) : [], tax, { currency, words }),
  );
  return {
    lines: parts.flatMap((part) => part.lines).map((line, index) => ({ ...line, id: String(index + 1) })),
    adjustments: parts.flatMap((part) => part.adjustments),
  };
}

function isOf({ percent }: InvoiceTax, taxPercent: string | undefined): boolean {
  return taxPercent !== undefined && compare(parseDecimal(taxPercent), parseDecimal(percent)) === 0;
}

/** All of one rate. Lines are exact, their sum is rounded once: what is between them is on the largest line. */
function partOf(
  lines: readonly ReceiptLine[],
  tax: InvoiceTax,
  { currency, words }: { readonly currency: string; readonly words: InvoiceWords },
): Detail {
  const factor = add(parseDecimal('1'), parseDecimal(tax.percent).div(100));
  const netOf = (amount: string) => roundToMinor(parseDecimal(amount).div(factor), currency);
  const priced = lines.filter(({ quantity, unitPrice }) => quantity !== undefined && unitPrice !== undefined);
  const largest = priced.reduce<ReceiptLine | undefined>((best, line) => (isMore(line, best) ? line : best), undefined);
  if (largest === undefined) return { lines: [wholeOf(tax, words)], adjustments: [] };
  const rest = subtract(parseDecimal(tax.net), sum(lines.map(({ amount }) => netOf(amount))));
  const invoiceLine = (line: ReceiptLine): InvoiceLine => ({
    ...{ id: '', name: words(line.component), percent: tax.percent },
    ...{ quantity: line.quantity?.value ?? '1', unit: UNITS[line.quantity?.unit ?? ''] },
    price: formatDecimal(
      parseDecimal(line.unitPrice ?? '0')
        .div(factor)
        .toDecimalPlaces(PRICE_DECIMALS),
    ),
    net: formatAmount(line === largest ? add(netOf(line.amount), rest) : netOf(line.amount), currency),
  });
  const adjustment = ({ component, amount }: ReceiptLine): Adjustment => {
    const net = netOf(amount);
    const isCharge = compare(net, zero) >= 0;
    return {
      ...{ isCharge, percent: tax.percent, reason: words(component) },
      amount: formatAmount(isCharge ? net : subtract(zero, net), currency),
    };
  };
  return {
    lines: priced.map(invoiceLine),
    adjustments: lines.filter((line) => !priced.includes(line)).map(adjustment),
  };
}

const UNITS = { kWh: 'KWH', min: 'MIN', '': 'C62' } as const;
const PRICE_DECIMALS = 9;

function isMore({ amount }: ReceiptLine, than: ReceiptLine | undefined): boolean {
  return than === undefined || compare(parseDecimal(amount), parseDecimal(than.amount)) > 0;
}

/** Where there are no lines, as on a credit note: prices are never negative, quantities may be. */
function wholeOf({ percent, net }: InvoiceTax, words: InvoiceWords): InvoiceLine {
  const amount = parseDecimal(net);
  const isNegative = compare(amount, zero) < 0;
  return {
    ...{ id: '', name: words('WHOLE'), unit: 'C62', percent, net },
    quantity: isNegative ? '-1' : '1',
    price: formatDecimal(isNegative ? multiply(amount, parseDecimal('-1')) : amount),
  };
}
