import {
  type DataOf,
  type Event,
  SettlementNotified,
  type SettlementTaken,
  VatNumberAsked,
  type VatNumberAnswered,
  newEvent,
} from '@chargemesh/contracts';
import type { Requests } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import { awaitReply } from '../authorization/token-request.js';
import type { MessageContext } from '../station/message-context.js';

/** A driver waits at the terminal; without a reply in time the station goes on without a receipt of ours. */
const DEADLINE_MS = 3_000;

type Asked = 'requestId' | 'replyTo' | 'expiresAt' | 'stationId' | 'at';
export type Settlement = Omit<DataOf<typeof SettlementNotified>, Asked>;
export type VatNumber = Omit<DataOf<typeof VatNumberAsked>, Asked>;
export type TerminalReceipt = Pick<DataOf<typeof SettlementTaken>, 'receiptId' | 'receiptUrl'>;
export type VatNumberAnswer = Pick<DataOf<typeof VatNumberAnswered>, 'status' | 'company'>;

interface Parts {
  readonly requests: Pick<Requests, 'ask' | 'replyTo'>;
  /** Resolves when the events are durable. */
  readonly append: (events: readonly Event[]) => Promise<void>;
  readonly now: () => Date;
}

/** Tells payments what terminals of stations did, and asks it what they want to know. */
export function terminals({ requests, append, now }: Parts) {
  const about = ({ operatorId, stationId, traceparent }: MessageContext) => {
    const asked = now();
    const at = asked.toISOString();
    const expiresAt = new Date(asked.getTime() + DEADLINE_MS).toISOString();
    const data = { requestId: uuidv7(), replyTo: requests.replyTo, expiresAt, stationId, at };
    return { envelope: { operatorId, time: at, traceparent }, data };
  };
  const waiting = { requests, now, deadlineMs: DEADLINE_MS };
  return {
    async settled(context: MessageContext, settlement: Settlement): Promise<TerminalReceipt> {
      const { envelope, data } = about(context);
      const told = newEvent(SettlementNotified, { ...envelope, data: { ...data, ...settlement } });
      const reply = await awaitReply<DataOf<typeof SettlementTaken>>(told, waiting);
      // Who answers has read it from the log. Without an answer that is not known; the same event twice is one.
      if (!reply) await append([told]);
      return reply ?? {};
    },
    validate(context: MessageContext, asked: VatNumber): Promise<VatNumberAnswer | undefined> {
      const { envelope, data } = about(context);
      const question = newEvent(VatNumberAsked, { ...envelope, data: { ...data, ...asked } });
      return awaitReply<DataOf<typeof VatNumberAnswered>>(question, waiting);
    },
  };
}
