import type { Transaction } from '@chargemesh/persistence';

/** A node of a plan of PostgreSQL with those below it. */
export interface Plan {
  readonly Plans?: readonly Plan[];
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
}

export async function explain(
  tx: Pick<Transaction, 'query'>,
  how: string,
  sql: string,
  parameters: unknown[],
): Promise<Plan> {
  const [answer] = await tx.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`${how} ${sql}`, parameters);
  if (!answer) throw new Error('there is no plan');
  return answer['QUERY PLAN'][0].Plan;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

export function relationsOf(plan: Plan): string[] {
  return nodesOf(plan).flatMap((node) => node['Relation Name'] ?? []);
}

/** Rows that all scans together looked at. */
export function rowsRead(plan: Plan): number {
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined);
  return scans.reduce((sum, node) => {
    const looked =
      (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    return sum + looked * (node['Actual Loops'] ?? 1);
  }, 0);
}
