import type { Database, Transaction } from '@chargemesh/persistence';
import type { Clock } from '../clock.js';

export interface KnownOperator {
  readonly name: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly currency: string;
  /** What a station is told about a token when nobody answers in time. */
  readonly authorizationDefault: 'Accepted' | 'Invalid';
}

const KEPT_MS = 5_000;
const KEPT_AT_MOST = 10_000;

/** The operators of the installation, deleted ones included. */
export async function knownOperatorIds(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ operatorId: string }>('SELECT operator_id AS "operatorId" FROM known_operators');
  return rows.map(({ operatorId }) => operatorId);
}

/** A transaction that sees all operators, for work that a timer begins and that belongs to no request. */
export function forAllOperators<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return database.transaction([], async (tx) => {
    await tx.see(await knownOperatorIds(tx));
    return work(tx);
  });
}

/** The operators as this service knows them; an answer may be a few seconds old. */
export class KnownOperators {
  private readonly kept = new Map<string, { operator: KnownOperator; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @param tx the transaction that is open: one that waited for another connection of the pool would hold up its own. */
  async get(operatorId: string, tx?: Transaction): Promise<KnownOperator | undefined> {
    const now = this.clock.now().getTime();
    const kept = this.kept.get(operatorId);
    if (kept && kept.until > now) return kept.operator;
    const operator = await (tx ? read(tx, operatorId) : this.database.transaction([], (own) => read(own, operatorId)));
    this.kept.delete(operatorId);
    if (operator) this.keep(operatorId, operator, now + KEPT_MS);
    return operator;
  }

  private keep(operatorId: string, operator: KnownOperator, until: number): void {
    const oldest = this.kept.size >= KEPT_AT_MOST ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(operatorId, { operator, until });
  }
}

async function read(tx: Transaction, operatorId: string): Promise<KnownOperator | undefined> {
  const [operator] = await tx.query<KnownOperator>(
    `SELECT name, country_code AS "countryCode", party_id AS "partyId", currency,
       authorization_default AS "authorizationDefault"
     FROM known_operators WHERE operator_id = $1 AND NOT deleted`,
    [operatorId],
  );
  return operator;
}
