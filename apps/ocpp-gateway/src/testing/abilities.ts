import type { Event, StationTariff } from '@chargemesh/contracts';
import { checkResponse, type Subprotocol, type Action } from '@chargemesh/ocpp';
import type { Authorization, TokenQuery } from '../authorization/authorization.js';
import type { StartAnswer, StartClaim } from '../starts/starts.store.js';
import type { Abilities, Call } from '../station/call.js';

export const OPERATOR = '01900000-0000-7000-8000-000000000001';
export const NOW = '2026-03-01T12:00:00.000Z';

/** A message of a station, for handlers' tests. */
export function callOf(ocppVersion: Call['ocppVersion'], more: Partial<Call> = {}): Call {
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

export interface Recorded extends Abilities {
  readonly told: Event[];
  readonly asked: TokenQuery[];
  readonly kept: object[];
  readonly claims: StartClaim[];
}

export const QUARANTINE_ID = '01900000-0000-8000-8000-00000000000a';

/** Abilities that remember what they were asked; starts are kept like the schema keeps them. */
export function recordingAbilities(
  said: {
    authorization?: Authorization;
    driverTariff?: StationTariff;
    /** Transaction ids that the station was never given. */
    strange?: number[];
    registration?: 'Accepted' | 'Pending' | 'Rejected';
  } = {},
): Recorded {
  const told: Event[] = [];
  const asked: TokenQuery[] = [];
  const kept: object[] = [];
  const claims: StartClaim[] = [];
  const ids = new Map<string, number>();
  const answers = new Map<number, StartAnswer>();
  return {
    told,
    asked,
    kept,
    now: () => NOW,
    tell: (facts) => {
      told.push(...facts);
      return Promise.resolve();
    },
    authorize: (_call, question) => {
      asked.push(question);
      return Promise.resolve(said.authorization ?? { status: 'Accepted', by: 'sessions' });
    },
    driverTariff: () => Promise.resolve(said.driverTariff),
    claims,
    claimStart: (_call, claim) => {
      claims.push(claim);
      const transactionId = ids.get(claim.startKey) ?? ids.size + 1;
      ids.set(claim.startKey, transactionId);
      const answer = answers.get(transactionId);
      return Promise.resolve({ transactionId, ...(answer ? { answer } : {}) });
    },
    endTransaction: (_call, id) => Promise.resolve(!said.strange?.includes(id)),
    mayBeOwnTransaction: (_call, id) => Promise.resolve(!said.strange?.includes(id)),
    noteStatus: () => Promise.resolve(),
    noteBoot: () => Promise.resolve(),
    keepUnknownEnd: (_call, message, claimedId) => {
      kept.push({ ...message, claimedId });
      return Promise.resolve(QUARANTINE_ID);
    },
    answerStart: (_call, transactionId, answer) => {
      answers.set(transactionId, answers.get(transactionId) ?? answer);
      return Promise.resolve(answers.get(transactionId) as StartAnswer);
    },
    registration: () => Promise.resolve({ status: said.registration ?? 'Accepted', intervalS: 300 }),
  };
}

/** Throws unless the answer fits the schema of every version that the handler serves. */
export function fits<A extends Action<Subprotocol>>(versions: Subprotocol[], action: A, answer: object): void {
  for (const version of versions) checkResponse(version, action as never, answer);
}
