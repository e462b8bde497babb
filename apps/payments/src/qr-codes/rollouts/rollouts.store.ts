import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { PLATFORM, type Platform } from '@chargemesh/service';
import { In, IsNull, Not } from 'typeorm';
import { DynamicCodesStore, secretContextOf } from '../dynamic-codes.store.js';
import type { PasswordRules } from '../one-time-passwords.js';
import { Rollout } from './rollout.entity.js';
import { isProvenByCode } from './rollouts.decide.js';

/** A secret of a station beside the one in force. */
export interface OtherSecret {
  readonly rollout: Pick<Rollout, 'commandId' | 'operatorId'>;
  readonly rules: PasswordRules;
  /** Null for one that the station may have by now. */
  readonly replacedAt: Date | null;
  /** Whether a code that was made with it puts it in force. */
  readonly isProof: boolean;
}

export interface StationToAsk {
  readonly stationId: string;
  /** Null where it has not told yet. */
  readonly ocppVersion: string | null;
  readonly evseIds: readonly number[];
}

interface SecretRow extends Pick<Rollout, 'commandId' | 'operatorId' | 'status' | 'secret' | 'validityS' | 'length'> {
  readonly replacedSecret: Buffer | null;
  readonly replacedValidityS: number;
  readonly replacedLength: number;
  readonly replacedAt: Date;
}

/** How long who has scanned a code may read the page and pay, also when the secret of the code is replaced meanwhile. */
export const SCAN_LASTS_S = 900;
/** The rest has its turn an hour later. */
const FORGOTTEN_AT_ONCE = 10_000;
/** Of a station: what it may have by unanswered rollouts. */
const SECRETS_AT_MOST = 5;

/** SQL of secrets that stations are given. */
@Injectable()
export class RolloutsStore {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly codes: DynamicCodesStore,
  ) {}

  seal(stationId: string, secret: string): Buffer {
    return this.platform.secretBox.seal(secret, secretContextOf(stationId));
  }

  /** An operator's station, or those of OCPP 2.1 at a location of the operator, with those that may be and have not told. */
  stations(
    tx: Transaction,
    operatorId: string,
    { stationId, locationId }: { readonly stationId?: string; readonly locationId?: string },
    limit: number,
  ): Promise<StationToAsk[]> {
    return tx.query<StationToAsk>(
      `SELECT station_id AS "stationId", ocpp_version AS "ocppVersion",
         jsonb_path_query_array(evses, '$[*].evseId ? (@ > 0)') AS "evseIds"
       FROM known_stations WHERE operator_id = $1 AND NOT deleted
         AND (station_id = $2
           OR (location_id = $3 AND (ocpp_version = '2.1' OR (ocpp_version IS NULL AND connected))))
       ORDER BY station_id LIMIT $4`,
      [operatorId, stationId ?? null, locationId ?? null, limit],
    );
  }

  async isLocation(tx: Transaction, operatorId: string, locationId: string): Promise<boolean> {
    const sql = 'SELECT FROM known_locations WHERE location_id = $1 AND operator_id = $2 AND NOT deleted';
    return (await tx.query(sql, [locationId, operatorId])).length > 0;
  }

  /** Nobody else changes the secrets of these stations until the end of the transaction. */
  lock(tx: Transaction, of: readonly Pick<Rollout, 'operatorId' | 'stationId'>[]): Promise<void> {
    return tx.lock(of.map(({ operatorId, stationId }) => `dynamic codes ${operatorId} ${stationId}`));
  }

  /** Without those of which nothing would come any more. */
  pending(tx: Transaction, operatorId: string, stationIds: readonly string[]): Promise<Rollout[]> {
    const of = { operatorId, stationId: In([...stationIds]) };
    return tx.manager.findBy(Rollout, { ...of, status: 'pending', secret: Not(IsNull()) });
  }

  find(tx: Transaction, commandIds: readonly string[]): Promise<Rollout[]> {
    return tx.manager.findBy(Rollout, { commandId: In([...commandIds]) });
  }

  /** The station does not have it. */
  async drop(tx: Transaction, { commandId }: Rollout): Promise<void> {
    await tx.query('UPDATE dynamic_code_rollouts SET secret = NULL WHERE command_id = $1', [commandId]);
  }

  /** Its pages open by this secret from now on, and by the one before for as long as that may still be on a display. */
  async putInForce(tx: Transaction, { commandId }: Pick<Rollout, 'commandId'>, now: Date): Promise<void> {
    const [rollout] = await this.find(tx, [commandId]);
    const { operatorId, stationId, secret: sealed } = rollout ?? {};
    if (!rollout || !operatorId || !stationId || !sealed) return;
    const secret = this.opened(stationId, sealed);
    if (secret === undefined) return;
    await tx.query(
      `UPDATE dynamic_code_rollouts r SET replaced_secret = d.secret, replaced_validity_s = d.validity_s,
         replaced_length = d.length, replaced_at = $4
       FROM dynamic_codes d WHERE r.command_id = $1 AND d.operator_id = $2 AND d.station_id = $3`,
      [commandId, operatorId, stationId, now],
    );
    await this.codes.put(tx, operatorId, stationId, { ...rollout, secret });
    await tx.query(
      `UPDATE dynamic_code_rollouts SET secret = NULL, in_force_at = CASE command_id WHEN $3 THEN $4 ELSE in_force_at END
       WHERE operator_id = $1 AND station_id = $2 AND command_id <= $3`,
      [operatorId, stationId, commandId, now],
    );
  }

  /** By which a code or a browser may have been let in, beside the secret in force; the newest first. */
  async others(tx: Transaction, operatorId: string, stationId: string): Promise<OtherSecret[]> {
    const rows = await tx.query<SecretRow>(
      `SELECT command_id AS "commandId", operator_id AS "operatorId", status, secret, validity_s AS "validityS", length,
         replaced_secret AS "replacedSecret", replaced_validity_s AS "replacedValidityS",
         replaced_length AS "replacedLength", replaced_at AS "replacedAt"
       FROM dynamic_code_rollouts
       WHERE operator_id = $1 AND station_id = $2 AND (secret IS NOT NULL OR replaced_secret IS NOT NULL)
       ORDER BY command_id DESC LIMIT ${SECRETS_AT_MOST}`,
      [operatorId, stationId],
    );
    return rows.flatMap((row) => this.secretsOf(row, stationId));
  }

  /** The operator says otherwise, whatever the station will answer; gives whether there was anything. */
  async forget(
    tx: Transaction,
    { operatorId, stationId }: Pick<Rollout, 'operatorId' | 'stationId'>,
    now: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE dynamic_code_rollouts SET secret = NULL, replaced_secret = NULL,
         status = CASE status WHEN 'pending' THEN 'unknown' ELSE status END, finished_at = coalesce(finished_at, $3)
       WHERE operator_id = $1 AND station_id = $2
         AND (status = 'pending' OR secret IS NOT NULL OR replaced_secret IS NOT NULL) RETURNING 1`,
      [operatorId, stationId, now],
    );
    return rows.length > 0;
  }

  /** Secrets that were replaced, once nobody is let in by them any more; what somebody changes just now has its turn later. */
  async forgetReplaced(tx: Transaction, now: Date): Promise<void> {
    await tx.query(
      `UPDATE dynamic_code_rollouts SET replaced_secret = NULL WHERE command_id = ANY (ARRAY(
         SELECT command_id FROM dynamic_code_rollouts WHERE replaced_secret IS NOT NULL
           AND replaced_at + make_interval(secs => 2 * replaced_validity_s + ${SCAN_LASTS_S}) <= $1
         ORDER BY command_id LIMIT ${FORGOTTEN_AT_ONCE} FOR UPDATE SKIP LOCKED))`,
      [now],
    );
  }

  private secretsOf(row: SecretRow, stationId: string): OtherSecret[] {
    const secret = row.secret && this.opened(stationId, row.secret);
    const replaced = row.replacedSecret && this.opened(stationId, row.replacedSecret);
    const { validityS, length, replacedAt, replacedValidityS, replacedLength } = row;
    const before = { validityS: replacedValidityS, length: replacedLength };
    return [
      ...(secret
        ? [{ rollout: row, rules: { secret, validityS, length }, replacedAt: null, isProof: isProvenByCode(row) }]
        : []),
      ...(replaced ? [{ rollout: row, rules: { secret: replaced, ...before }, replacedAt, isProof: false }] : []),
    ];
  }

  /** Undefined where it was sealed by a key that is gone. */
  private opened(stationId: string, sealed: Buffer): string | undefined {
    return this.platform.secretBox.open(sealed, secretContextOf(stationId));
  }
}
