import { Currency, DecimalString, Instant, Uuid, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const DisputeView = Type.Object({
  id: Uuid,
  paymentId: Uuid,
  /** The provider's own name of it. */
  providerReference: text(255),
  amount: DecimalString,
  currency: Currency,
  /** As the provider says them, such as `fraudulent` and `needs_response`. */
  reason: text(100),
  status: text(100),
  openedAt: Instant,
  /** Nothing that is sent to the provider after it is looked at. */
  evidenceDueBy: Type.Optional(Instant),
});
export type DisputeView = Static<typeof DisputeView>;

nameSchemas({ PaymentDispute: DisputeView });
