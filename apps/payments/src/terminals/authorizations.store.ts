import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';

/** What is held at a terminal for a payment, and what is wanted of whoever settles it. */
export interface TerminalAuthorization {
  readonly authorizationId: string;
  readonly operatorId: string;
  /** In capitals (`referenceKey`). */
  readonly reference: string;
  readonly paymentId: string;
  /** Null where nobody said. */
  readonly amount: string | null;
  readonly captureBefore: Date | null;
  readonly captureWanted: string | null;
  readonly releaseWanted: boolean;
}

/** What is read of a payment at its terminal, beside what was told. */
export interface AuthorizationOfPayment extends TerminalAuthorization {
  /** Whether the payment has been told that something is held. */
  readonly wasHeld: boolean;
}

const TYPES = {
  ...{ authorizationId: 'uuid', operatorId: 'uuid', reference: 'text', paymentId: 'uuid', amount: 'numeric' },
  ...{ captureBefore: 'timestamptz', captureWanted: 'numeric', releaseWanted: 'boolean' },
};
const COLUMNS = `authorization_id AS "authorizationId", operator_id AS "operatorId", reference, payment_id AS "paymentId",
  amount::text, capture_before AS "captureBefore", capture_wanted::text AS "captureWanted", release_wanted AS "releaseWanted"`;

@Injectable()
export class AuthorizationsStore {
  /** Nobody else joins anything by these references until the end of the transaction. */
  lock(tx: Transaction, of: readonly Pick<TerminalAuthorization, 'operatorId' | 'reference'>[]): Promise<void> {
    return tx.lock(of.map(({ operatorId, reference }) => `terminal ${operatorId} ${reference}`));
  }

  async add(tx: Transaction, authorization: TerminalAuthorization): Promise<void> {
    const { columns, from, parameters } = unnest([authorization], TYPES);
    await tx.query(`INSERT INTO terminal_authorizations (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  ofReferences(tx: Transaction, references: readonly string[]): Promise<TerminalAuthorization[]> {
    return tx.query<TerminalAuthorization>(
      `SELECT ${COLUMNS} FROM terminal_authorizations WHERE reference = ANY ($1)`,
      [references],
    );
  }

  /** Of a payment, locked. */
  async ofPayment(tx: Transaction, paymentId: string): Promise<AuthorizationOfPayment | undefined> {
    const [found] = await tx.query<AuthorizationOfPayment>(
      `SELECT ${COLUMNS}, (SELECT p.hold_state <> 'none' FROM payments p WHERE p.payment_id = $1) AS "wasHeld"
       FROM terminal_authorizations WHERE payment_id = $1 FOR UPDATE`,
      [paymentId],
    );
    return found;
  }

  async want(
    tx: Transaction,
    paymentId: string,
    { capture, release }: { readonly capture?: string; readonly release?: true },
  ): Promise<void> {
    await tx.query(
      `UPDATE terminal_authorizations SET capture_wanted = COALESCE($2, capture_wanted), release_wanted = release_wanted OR $3
       WHERE payment_id = $1`,
      [paymentId, capture ?? null, release ?? false],
    );
  }
}
