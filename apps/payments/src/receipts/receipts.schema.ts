import {
  CountryCode,
  Currency,
  DecimalString,
  Instant,
  Uuid,
  WattHours,
  oneOf,
  optional,
  present,
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

const FiscalState = Type.Object({
  /** `waiting`: asked for, again and again; `refused`: somebody has to look, and ask again. */
  state: oneOf('waiting', 'registered', 'refused'),
  /** It is late when it is not registered by then. */
  lateAt: Instant,
  /** By which the tax authorities' system knows it. */
  reference: optional(text(200)),
  registeredAt: optional(Instant),
  /** Why it was refused. */
  refusal: optional(text(1_000)),
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
  /** Where its country wants it registered with the tax authorities. */
  fiscal: optional(FiscalState),
  /** Who asked for an invoice. */
  buyer: optional(Buyer),
});
export type ReceiptItem = Static<typeof ReceiptItem>;

export const ReceiptPath = Type.Object({ receiptId: Uuid });

nameSchemas({ Receipt: ReceiptItem, ReceiptTax: TaxLine, ReceiptRegistration: FiscalState, InvoiceBuyer: Buyer });

export function receiptItem({
  receiptId: id,
  paymentId,
  document,
  buyer,
  fiscal,
  correctedBy,
}: ReceiptRow): ReceiptItem {
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
    ...(fiscal === null ? {} : { fiscal: fiscalState(fiscal) }),
    ...(buyer === null ? {} : { buyer }),
  };
}

function fiscalState({ state, lateAt, registration, refusal }: NonNullable<ReceiptRow['fiscal']>) {
  const { reference, registeredAt } = registration ?? {};
  return present({
    ...{ state, lateAt: new Date(lateAt).toISOString(), reference, registeredAt },
    refusal: refusal ?? undefined,
  });
}
