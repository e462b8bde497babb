import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';

/**
 * `invitation`: TOKEN_A, which opens versions and credentials alone. `access`: what a partner uses; it has one. `proposed`: what it is told
 * while we register there, and takes the place of that once it is used or answered. `replaced`: what it used before.
 */
export type TokenKind = 'invitation' | 'access' | 'proposed' | 'replaced';

export interface TokenRow {
  readonly hash: string;
  readonly operatorId: string;
  readonly partnerId: string;
  readonly kind: TokenKind;
  /** Of one that goes by itself, if it is not used. */
  readonly goodUntil: Date | null;
  /** Of its partner there are some that go. */
  readonly hasGoing: boolean;
}

type Key = Pick<TokenRow, 'operatorId' | 'partnerId'>;

/** Tokens by which partners come in, as hashes. They are looked up before their operator is known. */
@Injectable()
export class PartnerTokensStore {
  async add(tx: Transaction, row: Omit<TokenRow, 'hasGoing'>): Promise<void> {
    const { hash, operatorId, partnerId, kind, goodUntil } = row;
    await tx.query(
      `INSERT INTO credentials_tokens (hash, operator_id, partner_id, kind, good_until) VALUES ($1, $2, $3, $4, $5)`,
      [hash, operatorId, partnerId, kind, goodUntil],
    );
  }

  find(tx: Transaction, hashes: readonly string[]): Promise<TokenRow[]> {
    return tx.query<TokenRow>(
      `SELECT hash, operator_id AS "operatorId", partner_id AS "partnerId", kind, good_until AS "goodUntil",
         EXISTS (SELECT FROM credentials_tokens o WHERE o.operator_id = t.operator_id AND o.partner_id = t.partner_id
           AND o.good_until IS NOT NULL) AS "hasGoing"
       FROM credentials_tokens t WHERE hash = ANY ($1)`,
      [hashes],
    );
  }

  /** All tokens of a partner are dead at once; for processes of the release before, too. */
  async removeAll(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    for (const table of ['credentials_tokens', 'partner_tokens'])
      await tx.query(`DELETE FROM ${table} WHERE operator_id = $1 AND partner_id = $2`, [operatorId, partnerId]);
  }

  /** Invitations that nobody has used. */
  async removeInvitations(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query(
      `DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2 AND kind = 'invitation' AND good_until IS NULL`,
      [operatorId, partnerId],
    );
  }

  /** What the partner has used so far, an invitation as well, goes then; what is proposed besides stays as it is. */
  async replace(tx: Transaction, { operatorId, partnerId }: Key, goodUntil: Date): Promise<void> {
    await tx.query(
      `UPDATE credentials_tokens SET good_until = $3, kind = CASE kind WHEN 'access' THEN 'replaced' ELSE kind END
       WHERE operator_id = $1 AND partner_id = $2 AND kind IN ('access', 'invitation') AND good_until IS NULL`,
      [operatorId, partnerId, goodUntil],
    );
  }

  /** One that was proposed is the partner's from now on. */
  async accept(tx: Transaction, hashes: readonly string[]): Promise<void> {
    await tx.query(`UPDATE credentials_tokens SET kind = 'access', good_until = NULL WHERE hash = ANY ($1)`, [hashes]);
  }

  /** Who uses its new token has it: what it took the place of is dead. */
  async removeReplaced(tx: Transaction, { operatorId, partnerId }: Key): Promise<void> {
    await tx.query(
      `DELETE FROM credentials_tokens
       WHERE operator_id = $1 AND partner_id = $2 AND kind IN ('replaced', 'invitation') AND good_until IS NOT NULL`,
      [operatorId, partnerId],
    );
  }

  async removeOver(tx: Transaction, { operatorId, partnerId }: Key, now: Date): Promise<void> {
    await tx.query('DELETE FROM credentials_tokens WHERE operator_id = $1 AND partner_id = $2 AND good_until <= $3', [
      ...[operatorId, partnerId, now],
    ]);
  }

  async remove(tx: Transaction, hashes: readonly string[]): Promise<void> {
    await tx.query('DELETE FROM credentials_tokens WHERE hash = ANY ($1)', [hashes]);
  }
}
