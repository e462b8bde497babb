/** One session as the station knows it. */
export interface LedgerSession {
  stationId: string;
  evseId: number;
  idToken: string;
  /** 1.6: as the platform issued it, null until it did; 2.x: as the station chose it. */
  transactionId: string | null;
  /** RFC 3339, UTC; the times of the payloads. */
  startedAt: string;
  endedAt: string | null;
  meterStartWh: number;
  meterStopWh: number | null;
  energyWh: number | null;
  /** Whether a part of it was replayed after an offline spell. */
  offline: boolean;
  /** Every message of it was acknowledged: exactly such sessions must exist at the platform, each once. */
  acknowledged: boolean;
  /** 2.x: how often it was told what it costs, and what at last, taxes included. */
  cost: { told: number; last: number | null };
  /** 2.1: the tariff that it was given for itself. */
  tariffId: string | null;
  /** Its transaction messages: how many there are, how often they left, came back answered, and were repeated on purpose. */
  messages: { created: number; sent: number; acknowledged: number; duplicated: number };
}

/** What a run sent and what was acknowledged. */
export interface Ledger {
  sessions: readonly LedgerSession[];
  /** All planned sessions ended and all their messages were acknowledged. */
  complete: boolean;
  counts: LedgerCounts;
}

export interface LedgerCounts {
  connects: number;
  /** Connections that could not be made or broke. */
  failures: number;
  /** Transaction messages answered with an error; they were sent again. */
  refused: number;
  /** Repeated messages that were answered differently: a defect of the platform. */
  contradicted: number;
  /** Sessions that did not begin, because the token was not accepted. */
  unauthorized: number;
}

export function emptyCounts(): LedgerCounts {
  return { connects: 0, failures: 0, refused: 0, contradicted: 0, unauthorized: 0 };
}

/** The ledger as JSON lines: one line per session. */
export function ledgerLines(ledger: Ledger): string {
  return ledger.sessions.map((session) => `${JSON.stringify(session)}\n`).join('');
}
