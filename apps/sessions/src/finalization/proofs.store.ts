import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Pages, Proof } from './proofs.js';

const SELECTED = `session_id AS "sessionId", public_key AS "publicKey", first_page::text AS "firstPage",
  last_page::text AS "lastPage", begun_at AS "begunAt"`;

/** SQL of what proved a session. The proofs of one key do not overlap. */
@Injectable()
export class ProofsStore {
  /** By each of the keys, the proofs that have one of the pages or lie next to them; two, for one may be the session's own. */
  near(tx: Transaction, operatorId: string, publicKeys: readonly string[], pages: Pages): Promise<Proof[]> {
    return tx.query<Proof>(
      `SELECT p.* FROM unnest($2::text[]) AS k (public_key) CROSS JOIN LATERAL (
         (SELECT ${SELECTED} FROM session_proofs
          WHERE operator_id = $1 AND public_key = k.public_key AND first_page <= $3 ORDER BY first_page DESC LIMIT 2)
         UNION ALL
         (SELECT ${SELECTED} FROM session_proofs
          WHERE operator_id = $1 AND public_key = k.public_key AND first_page > $3 ORDER BY first_page LIMIT 2)) p`,
      [operatorId, publicKeys, pages.last],
    );
  }

  /** The proof of a session and the one before it by the same key, if there are such. */
  async ofSession(tx: Transaction, sessionId: string): Promise<{ proof?: Proof; before?: Proof }> {
    const [proof] = await tx.query<Proof & { operatorId: string }>(
      `SELECT operator_id AS "operatorId", ${SELECTED} FROM session_proofs WHERE session_id = $1`,
      [sessionId],
    );
    if (!proof) return {};
    const [before] = await tx.query<Proof>(
      `SELECT ${SELECTED} FROM session_proofs
       WHERE operator_id = $1 AND public_key = $2 AND first_page < $3 ORDER BY first_page DESC LIMIT 1`,
      [proof.operatorId, proof.publicKey, proof.firstPage],
    );
    return { proof, ...(before ? { before } : {}) };
  }

  /** Keeps what proves a session now, and nothing else of it. */
  async put(tx: Transaction, session: { sessionId: string; operatorId: string }, proof: Proof | null): Promise<void> {
    await tx.query('DELETE FROM session_proofs WHERE session_id = $1', [session.sessionId]);
    if (!proof) return;
    const { columns, from, parameters } = unnest([{ ...proof, operatorId: session.operatorId }], {
      sessionId: 'uuid',
      operatorId: 'uuid',
      publicKey: 'text',
      firstPage: 'numeric',
      lastPage: 'numeric',
      begunAt: 'timestamptz',
    });
    await tx.query(`INSERT INTO session_proofs (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }
}
