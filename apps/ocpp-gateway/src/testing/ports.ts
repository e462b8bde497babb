import type { Event, StationTariff } from '@chargemesh/contracts';
import { checkResponse, type Subprotocol, type Action } from '@chargemesh/ocpp';
import type { Authorization, TokenQuery } from '../authorization/authorization.js';
import type { StartAnswer, StartIdentity } from '../transaction-ids/transaction-ids.store.js';
import type { MessageContext } from '../station/message-context.js';
import type { Ports } from '../station/ports.js';
import type { Settlement, TerminalReceipt, VatNumberAnswer } from '../terminals/terminals.js';

export const OPERATOR = '01900000-0000-7000-8000-000000000001';
export const NOW = '2026-03-01T12:00:00.000Z';

/** A message of a station, for handlers' tests. */
export function contextOf(
  ocppVersion: MessageContext['ocppVersion'],
  more: Partial<MessageContext> = {},
): MessageContext {
  const connection = { stationId: 'CP-1', operatorId: OPERATOR, epoch: 7, ocppVersion };
  return {
    ...connection,
    messageId: 'm-1',
    receivedAt: NOW,
    connectedAt: NOW,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ...more,
  };
}

export interface Recorded extends Ports {
  /** Events that were appended. */
  readonly published: Event[];
  readonly queries: TokenQuery[];
  /** Messages in quarantine. */
  readonly kept: object[];
  /** Why those of them were kept of which no event can be made. */
  readonly reasons: string[];
  readonly startIdentities: StartIdentity[];
  readonly settled: Settlement[];
}

export const QUARANTINE_ID = '01900000-0000-8000-8000-00000000000a';

interface Answers {
  readonly authorization?: Authorization;
  readonly driverTariff?: StationTariff;
  /** Transaction ids that the station was never given. */
  readonly strange?: number[];
  readonly registration?: 'Accepted' | 'Pending' | 'Rejected';
  readonly receipt?: TerminalReceipt;
  readonly vatNumber?: VatNumberAnswer;
}

/** Ports that record what handlers do with them; starts are kept like the schema keeps them. */
export function recordingPorts(answers: Answers = {}): Recorded {
  const published: Event[] = [];
  const queries: TokenQuery[] = [];
  const kept: object[] = [];
  const reasons: string[] = [];
  const startIdentities: StartIdentity[] = [];
  const settled: Settlement[] = [];
  return {
    ...{ published, queries, kept, reasons, startIdentities, settled },
    clock: { now: () => NOW },
    events: { append: (events) => Promise.resolve(void published.push(...events)) },
    authorization: {
      authorize: (_context, query) => {
        queries.push(query);
        return Promise.resolve(answers.authorization ?? { status: 'Accepted', by: 'sessions' });
      },
      driverTariff: () => Promise.resolve(answers.driverTariff),
    },
    transactionIds: recordingTransactionIds(startIdentities, answers),
    quarantine: {
      add: (_context, message, reason) => {
        kept.push(message);
        reasons.push(reason);
        return Promise.resolve();
      },
      keepUnknownEnd: (_context, message, claimedId) => {
        kept.push({ ...message, claimedId });
        return Promise.resolve(QUARANTINE_ID);
      },
    },
    terminals: {
      settled: (_context, settlement) => {
        settled.push(settlement);
        return Promise.resolve(answers.receipt ?? {});
      },
      validate: () => Promise.resolve(answers.vatNumber),
    },
    registration: { of: () => Promise.resolve({ status: answers.registration ?? 'Accepted', intervalS: 300 }) },
  };
}

function recordingTransactionIds(startIdentities: StartIdentity[], { strange = [] }: Answers): Ports['transactionIds'] {
  const ids = new Map<string, number>();
  const answered = new Map<number, StartAnswer>();
  return {
    issue: (_context, identity) => {
      startIdentities.push(identity);
      const transactionId = ids.get(identity.startKey) ?? ids.size + 1;
      ids.set(identity.startKey, transactionId);
      const answer = answered.get(transactionId);
      return Promise.resolve({ transactionId, ...(answer ? { answer } : {}) });
    },
    answer: (_context, transactionId, answer) => {
      answered.set(transactionId, answered.get(transactionId) ?? answer);
      return Promise.resolve(answered.get(transactionId) as StartAnswer);
    },
    end: (_context, id) => Promise.resolve(!strange.includes(id)),
    mayBeIssued: (_context, id) => Promise.resolve(!strange.includes(id)),
    connectorStatus: () => Promise.resolve(),
    booted: () => Promise.resolve(),
  };
}

/** Throws unless the answer fits the schema of every version that the handler serves. */
export function fits<A extends Action<Subprotocol>>(versions: Subprotocol[], action: A, answer: object): void {
  for (const version of versions) checkResponse(version, action as never, answer);
}
