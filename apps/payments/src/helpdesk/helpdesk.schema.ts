import { Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { CardLast4, PaymentItem } from '../payments/payments.schema.js';
import { HELPDESK_ACTIONS } from './helpdesk.actions.js';

/** What a caller knows; at least one of them, and more than the digits of a card. */
export const HelpdeskQuery = Type.Object({
  /** As it is written on the charging point, or `<stationId>:<evseId>`. */
  evse: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  stationId: Type.Optional(StationId),
  sessionId: Type.Optional(Uuid),
  /** The last four digits of the card, with something else: of thousands of cards they are the same. */
  cardLast4: Type.Optional(CardLast4),
  /** Of the start, as a station shows or reports it. */
  token: Type.Optional(Type.String({ minLength: 4, maxLength: 36 })),
  /** Of the driver's page: the end of its address. */
  reference: Type.Optional(Type.String({ minLength: 43, maxLength: 43 })),
  /** About when; with it, what was begun six hours before and after. */
  at: Type.Optional(Instant),
  /** From when on it was begun, where `at` says too little or too much. */
  from: Type.Optional(Instant),
  /** Before when it was begun. */
  to: Type.Optional(Instant),
  /** Of what is said in words; English, if absent. */
  language: Type.Optional(oneOf('en', 'de')),
});
export type HelpdeskQuery = Static<typeof HelpdeskQuery>;

export const HelpdeskCase = Type.Object({
  payment: PaymentItem,
  /** What has happened, why, and what to do next, in words. */
  happened: text(500),
  why: Type.Optional(text(500)),
  next: text(500),
  /** Of the session: since when, until when, how much, and how it ended. */
  session: text(1_000),
  /** Of the money: what is held, due, taken, given back and open. */
  money: text(1_000),
  /** The driver's page: to be read out, or sent by other means than a mail (`send-link`). Whoever has it sees the payment and can stop it. */
  link: text(500),
  /** What became of mails to the driver in the last 30 days, the newest first. */
  mails: Type.Array(
    Type.Object({
      kind: oneOf('receipt', 'link'),
      askedAt: Instant,
      state: oneOf('waiting', 'sent', 'refused'),
      inWords: text(200),
    }),
    { maxItems: 200 },
  ),
  /** What can be done now, and by which request. What became of an `unlock` is told by the command that it answers. */
  actions: Type.Array(
    Type.Object({
      action: oneOf(...HELPDESK_ACTIONS),
      inWords: text(200),
      method: oneOf('POST'),
      path: text(300),
      body: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});
export type HelpdeskCase = Static<typeof HelpdeskCase>;

export const HelpdeskCases = Type.Object({ cases: Type.Array(HelpdeskCase, { maxItems: 20 }) });
export type HelpdeskCases = Static<typeof HelpdeskCases>;
nameSchemas({ HelpdeskCase, HelpdeskCases });
