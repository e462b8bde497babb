import {
  CountryCode,
  Currency,
  DecimalString,
  Instant,
  Uuid,
  WattHours,
  oneOf,
  optional,
  text,
} from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import type { ReceiptRow } from './receipts.store.js';

export const RECEIPT_KINDS = ['receipt', 'credit-note'] as const;
export const ReceiptNumber = text(40);

const TaxLine = Type.Object({
  percent: optional(DecimalString),
  net: optional(DecimalString),
  amount: DecimalString,
});

const Buyer = Type.Object({
  name: text(200),
  street: text(200),
  postalCode: text(20),
  city: text(100),
  country: CountryCode,
  vatNumber: text(20),
});

export const ReceiptItem = Type.Object({
  id: Uuid,
  paymentId: Uuid,
  kind: oneOf(...RECEIPT_KINDS),
  /** Without gaps per operator and kind. */
  number: ReceiptNumber,
  issuedAt: Instant,
  /** Of a credit note: the receipt that it takes back in part or as a whole. */
  corrects: optional(ReceiptNumber),
  /** Of a receipt: its credit notes. */
  correctedBy: Type.Array(ReceiptNumber, { maxItems: 1_000 }),
  currency: Currency,
  net: DecimalString,
  taxes: Type.Array(TaxLine, { maxItems: 20 }),
  gross: DecimalString,
  energyWh: WattHours,
  cdrNumber: text(39),
  /** Who asked for an invoice. */
  buyer: optional(Buyer),
});
export type ReceiptItem = Static<typeof ReceiptItem>;

export const ReceiptPath = Type.Object({ receiptId: Uuid });

nameSchemas({ Receipt: ReceiptItem, ReceiptTax: TaxLine, InvoiceBuyer: Buyer });

export function receiptItem({ receiptId: id, paymentId, document, buyer, correctedBy }: ReceiptRow): ReceiptItem {
  const { kind, number, issuedAt, corrects, currency, net, taxes, gross, supply, cdrNumber } = document;
  return {
    ...{
      id,
      paymentId,
      kind,
      number,
      issuedAt,
      correctedBy: [...correctedBy],
      currency,
      net,
      taxes: [...taxes],
      gross,
    },
    ...{ energyWh: supply.energyWh, cdrNumber },
    ...(corrects === undefined ? {} : { corrects }),
    ...(buyer === null ? {} : { buyer }),
  };
}
