import type {
  AgreedPrice,
  ChargingState,
  SessionConnector,
  SessionDecision,
  SessionLocation,
  SessionToken,
  SignedVerdict,
} from '@chargemesh/contracts';
import type { Basis, HoldReason } from '../finalization/hold-reason.js';
import type { Roles } from '../finalization/series.js';
import { PLAIN, type Series } from '../meter/register.js';
import type { Walks } from './walks.js';
import type { Offsets } from './offsets.js';

/**
 * `pending` has no known start or place yet; `ended` is provisional; `held` waits for a person; `finalized` changes by a
 * correction only.
 */
export type SessionStatus = 'pending' | 'active' | 'ended' | 'held' | 'finalized';

/** Why a session is held, and what may be decided of it. */
export interface Hold {
  readonly reasons: readonly HoldReason[];
  /** What the readings up to the last plausible one come to, and that register; null without one. */
  readonly plausibleEnergyWh: number;
  readonly lastPlausibleWh: number | null;
  readonly basis: Basis;
  /** At which the next session at its EVSE began, where that is why it is held. */
  readonly nextBeginWh?: number;
  /** Digest of what was told of it. */
  readonly digest: string;
}

/** What somebody decided, and what it was decided on; of one that was billed already that is known once it is billed anew. */
export type Decided = SessionDecision & { readonly basis?: Basis };

/** A session as it is kept: what its facts say so far, in a form that does not depend on their order. */
export interface Session {
  sessionId: string;
  operatorId: string;
  stationId: string;
  transactionId: string;
  version: number;
  status: SessionStatus;
  /** As the start has it, or else the earliest fact that names an EVSE, and when that was by the station's clock. */
  evseId: number | null;
  connectorId: number | null;
  evseAt: Date | null;
  /** The station's own time of the start, when it reached us, and the one that counts. */
  startClaimedAt: Date | null;
  startReceivedAt: Date | null;
  startedAt: Date | null;
  /** When the earliest fact that carries a token was; the token that stops a session is none of these. */
  tokenAt: Date | null;
  /** The same; null where it was only named to stop it, so that nobody knows when it was authorized. */
  authorizedAt: Date | null;
  /** When a token was refused first; the one that counts may be another. */
  refusedAt: Date | null;
  /** When each of the first that were refused was so first, in ms, by its uid in any case. */
  refused: Readonly<Record<string, number>>;
  /** What was agreed with who holds its token, before the start; null where that is what applies. */
  agreedPrice: AgreedPrice | null;
  /** Whether its place is known. */
  placed: boolean;
  /** By whom and where: null as well where it was not read, since the facts of a started session do not need it. */
  token: SessionToken | null;
  location: SessionLocation | null;
  connector: SessionConnector | null;
  /** What the station said of the end, and when that reached us. */
  endClaimedAt: Date | null;
  endReceivedAt: Date | null;
  /** The latest start and the earliest end of those that the station said by the transaction's id. */
  lastStartAt: Date | null;
  firstEndAt: Date | null;
  stopReason: string | null;
  /** The tokens that may charge and that its ends named, in their order; the token that ends a session need not be its driver's. */
  endedBy: readonly string[];
  /** The end that counts, provisional until finalized. */
  endedAt: Date | null;
  /** When something showed that the session must be over although no end was reported. */
  inferredEndAt: Date | null;
  /** When its connector became free first after the last that was heard; null where it only was free by then. */
  freedAt: Date | null;
  /** When its connector was first said to be free after that, since whenever it was. */
  freeBy: Date | null;
  /** Since when its connector says that it serves no transaction, as one that is out of order. */
  unservedAt: Date | null;
  startSeqNo: number | null;
  endSeqNo: number | null;
  /** Sequence numbers seen, as pairs of first and last. */
  seqRanges: number[];
  /** Times of the oldest and newest fact or sample by the station's clock. */
  firstFactAt: Date;
  lastFactAt: Date;
  /** The newest fact's time that counts. */
  lastHeardAt: Date;
  /** When the last of it reached us. */
  lastReceivedAt: Date;
  /** What tells whether its station's clock is right. */
  offsets: Offsets;
  /** Of its connector, in W; null as long as it has no place. */
  maxPowerW: number | null;
  /** When its connector was last known to be free, or its station booted, before it was known. */
  freeAt: Date | null;
  /** What is named begin and end, by series; which of them counts, and its registers in Wh. */
  roles: Roles;
  series: Series;
  beginWh: number | null;
  endWh: number | null;
  /** What the readings of each series tell so far, for the running energy. */
  walks: Walks;
  /** When the station last spoke of its charging state, and whether it ever was charging; null: it never does. */
  stateAt: Date | null;
  /** What it was then. */
  chargingState: ChargingState | null;
  hasCharged: boolean;
  /** When it was first said or read to charge. */
  chargedAt: Date | null;
  /** When a register last rose. */
  risenAt: Date | null;
  /** Since when the car takes nothing, as far as is known while it runs. */
  idleSince: Date | null;
  /** Running until finalized. */
  energyWh: number;
  /** When it becomes final, or is corrected, if nothing more comes; null while it runs and once it is final. */
  finalDueAt: Date | null;
  /** When it was final first, and when late facts changed it last. */
  finalizedAt: Date | null;
  correctedAt: Date | null;
  /** Digest of what was told of it when it was final. */
  finalDigest: string | null;
  /** What its signed values are worth, once it is final. */
  signedVerdict: SignedVerdict | null;
  /** Why it was held last; null once it is final. */
  hold: Hold | null;
  decision: Decided | null;
  flags: string[];
  /** Facts that came after it was final. */
  lateFacts: number;
  /** Since when some that came after it was over, or final, wait to be taken into account. */
  lateSince: Date | null;
  traceparent: string | null;
}

/** A session's natural key. */
export function keyOf({ stationId, transactionId }: Pick<Session, 'stationId' | 'transactionId'>): string {
  return `${stationId}/${transactionId}`;
}

/** A session of which nothing is known but its name. */
export function emptySession(
  about: Pick<Session, 'sessionId' | 'operatorId' | 'stationId' | 'transactionId'>,
  at: Date,
): Session {
  return {
    ...about,
    version: 0,
    status: 'pending',
    evseId: null,
    connectorId: null,
    evseAt: null,
    startClaimedAt: null,
    startReceivedAt: null,
    startedAt: null,
    tokenAt: null,
    authorizedAt: null,
    refusedAt: null,
    refused: {},
    agreedPrice: null,
    placed: false,
    token: null,
    location: null,
    connector: null,
    endClaimedAt: null,
    endReceivedAt: null,
    lastStartAt: null,
    firstEndAt: null,
    stopReason: null,
    endedBy: [],
    endedAt: null,
    inferredEndAt: null,
    freedAt: null,
    freeBy: null,
    unservedAt: null,
    startSeqNo: null,
    endSeqNo: null,
    seqRanges: [],
    firstFactAt: at,
    lastFactAt: at,
    lastHeardAt: new Date(0),
    lastReceivedAt: new Date(0),
    offsets: {},
    maxPowerW: null,
    freeAt: null,
    roles: {},
    series: PLAIN,
    beginWh: null,
    endWh: null,
    walks: {},
    stateAt: null,
    chargingState: null,
    hasCharged: false,
    chargedAt: null,
    risenAt: null,
    idleSince: null,
    energyWh: 0,
    finalDueAt: null,
    finalizedAt: null,
    correctedAt: null,
    finalDigest: null,
    signedVerdict: null,
    hold: null,
    decision: null,
    flags: [],
    lateFacts: 0,
    lateSince: null,
    traceparent: null,
  };
}
