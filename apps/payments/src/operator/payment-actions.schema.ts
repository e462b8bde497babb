import { DecimalString, Note } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

/** What somebody decides of a payment, and why: it is on record with who did. */
export const Decision = Type.Object({ note: Note });
export type Decision = Static<typeof Decision>;

export const RefundDecision = Type.Object({
  /** All that was captured and not given back yet, if absent. */
  amount: Type.Optional(DecimalString),
  note: Note,
});
export type RefundDecision = Static<typeof RefundDecision>;

nameSchemas({ PaymentDecision: Decision, RefundDecision });
