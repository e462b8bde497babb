import { formatDecimal, parseDecimal, round } from '@chargemesh/money';
import { Figures } from '../checkout/figures.js';
import type { ReceiptLabels } from '../checkout/languages/language.js';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import type { ReceiptDocument, ReceiptLine } from './receipt.document.js';

/** A receipt in a language, as HTML and PDF have it. */
export interface WrittenReceipt {
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly columns: readonly string[];
  readonly lines: readonly (readonly string[])[];
  readonly sums: readonly (readonly [name: string, value: string])[];
  /** Of the tax authorities, where they want it: what a machine reads of it. */
  readonly code?: string | undefined;
}

/** An exact amount is written with so many decimals at most; the sum is what was rounded once. */
const DECIMALS_OF_LINES = 4;

export function writtenReceipt(document: ReceiptDocument, language: LanguageCode): WrittenReceipt {
  const { labels, tag } = LANGUAGES[language];
  const { receipt } = labels;
  const { issuer, buyer, buyerVatNumber, corrects, supply, timeZone } = document;
  const write = new Figures(tag, timeZone);
  const at = (instant: string) => write.moment(new Date(instant));
  const facts: (readonly [string, string | undefined])[] = [
    [receipt.number, document.number],
    [receipt.corrects, corrects],
    [receipt.issuedAt, write.date(new Date(document.issuedAt))],
    [receipt.issuer, [issuer.name, ...issuer.address].join('\n')],
    [receipt.vatNumber, issuer.vatNumber],
    [
      receipt.invoice.buyer,
      buyer &&
        [buyer.name, buyer.street, `${buyer.postalCode} ${buyer.city}`, countryName(buyer.country, tag)].join('\n'),
    ],
    [receipt.invoice.vatNumber, buyer?.vatNumber ?? buyerVatNumber],
    [receipt.supply, [supply.evse, ...supply.place].join('\n')],
    [receipt.from, at(supply.startedAt)],
    [receipt.until, at(supply.endedAt)],
    [labels.energy, write.kilowattHours(supply.energyWh, 3)],
    [receipt.chargeRecord, document.cdrNumber],
    [receipt.signedValues, document.signedVerdict],
    ...fiscalFacts(document, receipt, at),
  ];
  return {
    title: titleOf(document, receipt),
    facts: facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    columns: [receipt.item, receipt.quantity, receipt.unitPrice, receipt.gross],
    lines: document.lines.map((line) => lineOf(line, document.currency, { write, language })),
    sums: sumsOf(document, write, language),
    code: document.fiscal?.registration?.code,
  };
}

/** What the country prints on it is in its own words, whatever the language. */
function fiscalFacts(
  { fiscal }: ReceiptDocument,
  { fiscal: labels }: ReceiptLabels,
  at: (instant: string) => string,
): (readonly [string, string])[] {
  if (!fiscal) return [];
  const { registration, isLate, outageText } = fiscal;
  const state = registration
    ? [at(registration.registeredAt), isLate && labels.late, outageText, registration.note]
    : [labels.pending, outageText];
  // A register that had no signature says so in the words that are for a late one, too.
  const once = new Set(state.filter(Boolean));
  return [[labels.registration, [...once].join('\n')], ...(registration?.printed ?? [])];
}

export function countryName(country: string, tag: string): string {
  return new Intl.DisplayNames(tag, { type: 'region' }).of(country) ?? country;
}

function titleOf({ kind, buyer }: ReceiptDocument, labels: ReceiptLabels): string {
  if (kind === 'credit-note') return labels.creditNote;
  return buyer ? labels.invoice.invoice : labels.receipt;
}

function lineOf(
  { component, quantity, unitPrice, amount }: ReceiptLine,
  currency: string,
  { write, language }: { readonly write: Figures; readonly language: LanguageCode },
): string[] {
  const { components, notCharged } = LANGUAGES[language].labels.receipt;
  const count = quantity && `${write.decimal(quantity.value, quantity.unit === '' ? 0 : 3)} ${quantity.unit}`;
  const price = unitPrice === undefined ? '' : write.money(unitPrice, currency);
  return [
    component === 'BEYOND_HOLD' ? notCharged : components[component],
    count?.trim() ?? '',
    price,
    write.money(formatDecimal(round(parseDecimal(amount), DECIMALS_OF_LINES)), currency),
  ];
}

function sumsOf(document: ReceiptDocument, write: Figures, language: LanguageCode): [string, string][] {
  const { receipt } = LANGUAGES[language].labels;
  const { currency, kind, net, taxes, gross, paid } = document;
  const money = (amount: string) => write.money(amount, currency);
  return [
    [receipt.net, money(net)],
    ...taxes.map(({ percent, net: of, amount }): [string, string] => [
      [receipt.vat, percent && write.percent(percent), taxes.length > 1 && of && `(${money(of)})`]
        .filter(Boolean)
        .join(' '),
      money(amount),
    ]),
    [receipt.gross, money(gross)],
    [kind === 'receipt' ? receipt.paidByCard : receipt.refundedToCard, money(paid)],
  ];
}
