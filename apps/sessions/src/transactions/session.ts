import type { SessionConnector, SessionLocation, SessionToken } from '@chargemesh/contracts';

/** `pending` knows no start yet; `ended` is provisional; `finalized` never changes again. */
export type SessionStatus = 'pending' | 'active' | 'ended' | 'finalized';

/** A session as it is kept: what its facts say so far, in a form that does not depend on their order. */
export interface Session {
  sessionId: string;
  operatorId: string;
  stationId: string;
  transactionId: string;
  version: number;
  status: SessionStatus;
  evseId: number | null;
  connectorId: number | null;
  /** The station's own time of the start, when it reached us, and the one that counts. */
  startClaimedAt: Date | null;
  startReceivedAt: Date | null;
  startedAt: Date | null;
  token: SessionToken | null;
  location: SessionLocation | null;
  connector: SessionConnector | null;
  /** What the station said of the end. */
  endedAt: Date | null;
  stopReason: string | null;
  /** When something showed that the session must be over although no end was reported. */
  inferredEndAt: Date | null;
  startSeqNo: number | null;
  endSeqNo: number | null;
  /** Sequence numbers seen, as pairs of first and last. */
  seqRanges: number[];
  /** Time of the newest fact by the station's clock, and when the last one reached us. */
  lastFactAt: Date;
  lastReceivedAt: Date;
  /** Registers at the earliest and latest sample, in Wh, for the running energy. */
  firstRegisterAt: Date | null;
  firstRegisterWh: number | null;
  lastRegisterAt: Date | null;
  lastRegisterWh: number | null;
  /** Running until finalized. */
  energyWh: number;
  /** When it becomes final if nothing more comes; null while it runs. */
  finalDueAt: Date | null;
  finalizedAt: Date | null;
  flags: string[];
  /** Facts that came after it was final. */
  lateFacts: number;
  traceparent: string | null;
}

/** A session's natural key. */
export function keyOf({ stationId, transactionId }: Pick<Session, 'stationId' | 'transactionId'>): string {
  return `${stationId}/${transactionId}`;
}
