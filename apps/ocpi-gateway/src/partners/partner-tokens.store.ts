import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

/** An invitation (TOKEN_A) opens versions and credentials alone. */
export type TokenKind = 'invitation' | 'access';

export interface TokenRow {
  readonly hash: string;
  readonly operatorId: string;
  readonly partnerId: string;
  readonly kind: TokenKind;
  /** Of one that was renewed. */
  readonly goodUntil: Date | null;
}

type Key = Pick<TokenRow, 'operatorId' | 'partnerId'>;

/** Tokens by which partners come in, as hashes. They are looked up before their operator is known. */
@Injectable()
export class PartnerTokensStore {
  async add(tx: Transaction, { hash, operatorId, partnerId, kind }: Omit<TokenRow, 'goodUntil'>): Promise<void> {
    await tx.query(`INSERT INTO credentials_tokens (hash, operator_id, partner_id, kind) VALUES ($1, $2, $3, $4)`, [
      hash,
      operatorId,
      partnerId,
      kind,
    ]);
  }

  find(tx: Transaction, hashes: readonly string[]): Promise<TokenRow[]> {
    return tx.query<TokenRow>(
      `SELECT hash, operator_id AS "operatorId", partner_id AS "partnerId", kind, good_until AS "goodUntil"
       FROM credentials_tokens WHERE hash = ANY ($1)`,
      [hashes],
    );
  }

  /** All tokens of a partner are dead at once. */
  async removeAll(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query('DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2', [
      operatorId,
      partnerId,
    ]);
  }

  async removeInvitations(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query(
      `DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2 AND kind = 'invitation'`,
      [...[operatorId, partnerId]],
    );
  }

  /** All but these end: invitations at once, and what a partner has used so far then, but no later than it would anyway. */
  async end(
    tx: Transaction,
    { operatorId, partnerId }: Key,
    but: readonly string[],
    { now, goodUntil }: { now: Date; goodUntil: Date },
  ): Promise<void> {
    await this.removeInvitations(tx, { operatorId, partnerId });
    await tx.query('DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2 AND good_until <= $3', [
      ...[operatorId, partnerId, now],
    ]);
    await tx.query(
      `UPDATE credentials_tokens SET good_until = LEAST(good_until, $3)
       WHERE operator_id = $1 AND partner_id = $2 AND hash <> ALL ($4)`,
      [operatorId, partnerId, goodUntil, but],
    );
  }

  /** Who uses the new one has it: those that it took the place of are dead. */
  async removeRenewed(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query(
      `DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2 AND good_until IS NOT NULL`,
      [operatorId, partnerId],
    );
  }

  async remove(tx: Transaction, hash: string): Promise<void> {
    await tx.query('DELETE FROM credentials_tokens WHERE hash = $1', [hash]);
  }
}
