import { type Command, type TokenType, present } from '@chargemesh/contracts';
import type { KnownStation } from '../transactions/snapshot.js';
import type { Session } from '../transactions/session.js';
import type { RemoteRequest } from './remote-request.entity.js';

/** What is asked of a station, and what is kept of that. */
export interface Ask {
  readonly command: Command;
  readonly about: Omit<
    RemoteRequest,
    'commandId' | 'status' | 'requestedAt' | 'expiresAt' | 'finishedAt' | 'detail' | 'transactionId'
  >;
}

/** Whose request it is, if it is not one of the API. */
export type AskedFor = Pick<RemoteRequest, 'startRequestId' | 'stopId'>;
const NOBODY: AskedFor = { startRequestId: null, stopId: null };

/** To begin a session on a token. */
export function startOn(
  token: { readonly uid: string; readonly type: TokenType },
  place: Pick<RemoteRequest, 'operatorId' | 'stationId' | 'evseId'>,
  remoteStartId: number,
  askedFor: AskedFor = NOBODY,
): Ask {
  const idToken = { value: token.uid, type: isVirtual(token.type) ? 'Central' : 'ISO14443' };
  const command: Command = {
    name: 'RequestStartTransaction',
    ...present({ evseId: place.evseId }),
    idToken,
    remoteStartId,
  };
  return {
    command,
    about: { kind: 'start', ...place, tokenUid: token.uid, remoteStartId, sessionId: null, ...askedFor },
  };
}

/** A session, as far as it is named to end it. */
export type Running = Pick<Session, 'operatorId' | 'stationId' | 'evseId' | 'transactionId' | 'sessionId'>;

/** To end a session. */
export function stopOf({ transactionId, ...session }: Running, askedFor: AskedFor = NOBODY): Ask {
  const { operatorId, stationId, evseId, sessionId } = session;
  const command: Command = { name: 'RequestStopTransaction', transactionId };
  const about = { operatorId, stationId, evseId, tokenUid: null, remoteStartId: null, sessionId };
  return { command, about: { kind: 'stop', ...about, ...askedFor } };
}

/** No reader of a station reads it. */
function isVirtual(type: TokenType): boolean {
  return type === 'APP_USER' || type === 'AD_HOC_USER';
}

/** One that nobody has entered EVSEs of has one. */
export function hasEvse({ evses }: KnownStation, evseId: number): boolean {
  return evses.length === 0 ? evseId === 1 : evses.some((evse) => evse.evseId === evseId);
}
