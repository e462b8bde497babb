import { DecimalString, Instant, ShownPrice, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { ProviderCalls } from '../operator/provider-calls.controller.js';
import { PaymentDetail } from '../payments/payments.schema.js';

/** What an operator shows where a driver disputes a payment. */
export const EvidencePack = Type.Object({
  madeAt: Instant,
  payment: PaymentDetail,
  /** What the page said when the driver went on to pay, which was the consent. */
  shown: Type.Object({
    agreedAt: Instant,
    language: text(10),
    evse: text(100),
    place: Type.Optional(text(500)),
    prices: Type.Array(ShownPrice, { maxItems: 200 }),
    tariffId: Type.Optional(text(36)),
    tariffVersion: Type.Optional(Type.Integer({ minimum: 1 })),
    hold: DecimalString,
    limit: DecimalString,
  }),
  providerCalls: ProviderCalls.properties.calls,
  /** As it was issued; absent while there is none. */
  cdr: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** Where the CDR says how its total came about, and where its signed meter values are. */
  links: Type.Object({
    driverPage: text(500),
    cdr: Type.Optional(text(300)),
    signedValues: Type.Optional(text(300)),
    session: Type.Optional(text(300)),
  }),
  /** Receipts and credit notes by their numbers. */
  documents: Type.Array(Type.Object({ kind: text(20), number: text(50), issuedAt: Instant })),
});
export type EvidencePack = Static<typeof EvidencePack>;
nameSchemas({ EvidencePack });
