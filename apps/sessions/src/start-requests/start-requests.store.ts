import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { StartRequest, type TokenStart } from './start-request.entity.js';

const COLUMNS = {
  requestId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  agreedPrice: 'jsonb',
  chargingLimit: 'jsonb',
  expiresAt: 'timestamptz',
  tokenUid: 'text',
  withdrawnAt: 'timestamptz',
} as const;

const ROW = `r.request_id AS "requestId", r.operator_id AS "operatorId", r.station_id AS "stationId", r.evse_id AS "evseId",
  r.agreed_price AS "agreedPrice", r.expires_at AS "expiresAt", r.token_uid AS "tokenUid",
  r.withdrawn_at AS "withdrawnAt", r.session_id AS "sessionId", r.charging_limit AS "chargingLimit"`;

/** A start by a token, and the transaction that began on it. */
export type BegunStart = TokenStart & {
  readonly transactionId: string | null;
  /** The limits that the station says it can hold to (`TxCtrlr.SupportedLimits`); null where it has not said. */
  readonly supportedLimits: readonly string[] | null;
};

/** SQL of start requests. */
@Injectable()
export class StartRequestsStore {
  find(tx: Transaction, requestId: string): Promise<StartRequest | null> {
    return tx.manager.findOne(StartRequest, { where: { requestId } });
  }

  /** Adds one, or what was not known of one that was withdrawn before. */
  async add(tx: Transaction, request: Omit<StartRequest, 'sessionId'>): Promise<void> {
    const { columns, from, parameters } = unnest([request], COLUMNS);
    await tx.query(
      `INSERT INTO start_requests (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (request_id) DO UPDATE SET station_id = EXCLUDED.station_id, evse_id = EXCLUDED.evse_id,
         agreed_price = EXCLUDED.agreed_price, expires_at = EXCLUDED.expires_at,
         charging_limit = EXCLUDED.charging_limit`,
      parameters,
    );
  }

  /** Withdraws one, whether it came or not; gives it. A start of its token that is read at the same time waits. */
  async withdraw(
    tx: Transaction,
    { requestId, operatorId }: Pick<StartRequest, 'requestId' | 'operatorId'>,
    at: Date,
  ): Promise<StartRequest | undefined> {
    const [row] = await tx.query<StartRequest>(
      `INSERT INTO start_requests AS r (request_id, operator_id, withdrawn_at) VALUES ($1, $2, $3)
       ON CONFLICT (request_id) DO UPDATE SET withdrawn_at = COALESCE(r.withdrawn_at, EXCLUDED.withdrawn_at)
       RETURNING ${ROW}`,
      [requestId, operatorId, at],
    );
    return row;
  }

  /** Those whose tokens somebody may charge by, with what began on them; tokens in the spelling by which they are compared. */
  ofTokens(tx: Transaction, tokenUids: readonly string[]): Promise<BegunStart[]> {
    if (tokenUids.length === 0) return Promise.resolve([]);
    return tx.query<BegunStart>(
      `SELECT ${ROW}, s.transaction_id AS "transactionId", l.limits AS "supportedLimits"
       FROM start_requests r LEFT JOIN sessions s ON s.session_id = r.session_id
         LEFT JOIN supported_limits l ON l.operator_id = r.operator_id AND l.station_id = r.station_id
       WHERE r.token_uid = ANY ($1)`,
      [tokenUids],
    );
  }

  /** The same while one begins: it is not withdrawn at the same time. */
  toBegin(tx: Transaction, tokenUids: readonly string[]): Promise<TokenStart[]> {
    return tx.query<TokenStart>(
      `SELECT ${ROW} FROM start_requests r WHERE r.token_uid = ANY ($1) ORDER BY r.request_id FOR UPDATE`,
      [tokenUids],
    );
  }

  /** Notes which sessions began. */
  async begin(tx: Transaction, begun: ReadonlyMap<string, string>): Promise<void> {
    if (begun.size === 0) return;
    const rows = [...begun].map(([requestId, sessionId]) => ({ requestId, sessionId }));
    const { from, parameters } = unnest(rows, { requestId: 'uuid', sessionId: 'uuid' });
    await tx.query(
      `UPDATE start_requests r SET session_id = rows.session_id FROM ${from} WHERE r.request_id = rows.request_id`,
      parameters,
    );
  }
}
