import type { PaymentReason, PaymentState } from '../../payments/payment.states.js';
import type { MailState } from '../../mail/mails.store.js';
import type { HelpdeskAction } from '../helpdesk.actions.js';

/** What the helpdesk tells a caller. What stands in braces is filled in. */
export interface HelpdeskWords {
  /** What has happened, and what to do next. */
  readonly states: Readonly<Record<PaymentState, { readonly happened: string; readonly next: string }>>;
  readonly reasons: Readonly<Record<PaymentReason, string>>;
  readonly session: Readonly<
    Record<'never' | 'notYet' | 'began' | 'ended' | 'energy' | 'energySoFar' | 'cost', string>
  >;
  readonly money: Readonly<Record<MoneyFact, string>>;
  readonly actions: Readonly<Record<HelpdeskAction, string>>;
  /** What became of a mail to the driver. */
  readonly mails: Readonly<Record<MailState, string>>;
}

/** What of the money there is to tell: each with its `{amount}`, but for `nothing` and `writtenOff`. */
export type MoneyFact = 'nothing' | 'held' | 'due' | 'captured' | 'refunded' | 'refunding' | 'short' | 'writtenOff';
