import type { Transaction } from '@chargemesh/persistence';

/** All operators of the installation, for work that a timer begins and that belongs to no request. */
export async function knownOperatorIds(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ operatorId: string }>(`SELECT operator_id AS "operatorId" FROM known_operators`);
  return rows.map(({ operatorId }) => operatorId);
}
