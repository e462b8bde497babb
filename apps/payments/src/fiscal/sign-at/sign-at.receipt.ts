import { add, compare, formatAmount, parseDecimal, subtract, sum, zero } from '@chargemesh/money';
import type { ReceiptDocument } from '../../receipts/receipt.document.js';
import { FiscalRefused } from '../fiscal.port.js';

/** Austria's rates of VAT, in the words of SIGN AT. */
const RATES: Readonly<Record<string, string>> = {
  '20': 'STANDARD',
  '10': 'REDUCED_1',
  '13': 'REDUCED_2',
  '19': 'SPECIAL',
  '0': 'ZERO',
};

/** A receipt as SIGN AT signs it: what was paid by rate. A credit note is a cancellation, of negative amounts. */
export function signAtReceipt(document: ReceiptDocument) {
  if (document.currency !== 'EUR') throw new FiscalRefused(`Austria registers euros, and no ${document.currency}`);
  const isCredit = document.kind === 'credit-note';
  return {
    receipt_type: isCredit ? 'CANCELLATION' : 'NORMAL',
    schema: { standard_v1: { amounts_per_vat_rate: amountsOf(document, isCredit) } },
    metadata: { number: document.number, ...(document.corrects ? { corrects: document.corrects } : {}) },
  };
}

function amountsOf({ taxes, gross, currency }: ReceiptDocument, isCredit: boolean) {
  const whole = parseDecimal(gross);
  const byRate =
    taxes.length <= 1
      ? [{ percent: taxes[0]?.percent ?? (taxes.length === 0 ? '0' : undefined), amount: whole }]
      : taxes.map(({ percent, net, amount }) => ({
          percent,
          amount: add(parseDecimal(net ?? '0'), parseDecimal(amount)),
        }));
  if (compare(sum(byRate.map(({ amount }) => amount)), whole) !== 0)
    throw new FiscalRefused('its sums by rate are not what was paid');
  return byRate.map(({ percent, amount }) => ({
    vat_rate: rateOf(percent),
    amount: formatAmount(isCredit ? subtract(zero, amount) : amount, currency),
  }));
}

function rateOf(percent: string | undefined): string {
  const rate = percent === undefined ? undefined : RATES[parseDecimal(percent).toString()];
  if (rate === undefined) throw new FiscalRefused(`Austria has no rate of VAT of ${percent ?? 'an unknown'} %`);
  return rate;
}
