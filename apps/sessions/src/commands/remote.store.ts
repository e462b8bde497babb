import { Injectable } from '@nestjs/common';
import type { CommandResult, DataOf } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { RemoteRequest } from './remote-request.entity.js';

const ASKED = {
  requestId: 'uuid',
  operatorId: 'uuid',
  kind: 'text',
  stationId: 'text',
  evseId: 'integer',
  tokenUid: 'text',
  sessionId: 'uuid',
  status: 'text',
  requestedAt: 'timestamptz',
  expiresAt: 'timestamptz',
} as const;

@Injectable()
export class RemoteStore {
  async add(tx: Transaction, request: RemoteRequest): Promise<void> {
    const { columns, from, parameters } = unnest([request], ASKED);
    await tx.query(`INSERT INTO remote_requests (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, requestId: string): Promise<RemoteRequest | null> {
    return tx.manager.findOne(RemoteRequest, { where: { requestId } });
  }

  /** Writes results where there is none yet: the first final one wins. */
  async finish(tx: Transaction, results: readonly DataOf<typeof CommandResult>[]): Promise<void> {
    const first = [...new Map(results.toReversed().map((result) => [result.commandId, result])).values()];
    const { from, parameters } = unnest(first, {
      commandId: 'uuid',
      status: 'text',
      at: 'timestamptz',
      detail: 'text',
    });
    await tx.query(
      `UPDATE remote_requests r SET status = rows.status, finished_at = rows.at, detail = rows.detail
       FROM ${from} WHERE r.request_id = rows.command_id AND r.status = 'pending'`,
      parameters,
    );
  }

  async timeOut(tx: Transaction, now: Date): Promise<void> {
    await tx.query(
      `UPDATE remote_requests SET status = 'timed-out', finished_at = expires_at WHERE status = 'pending' AND expires_at <= $1`,
      [now],
    );
  }
}
