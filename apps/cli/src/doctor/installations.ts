import type { Connection } from '@chargemesh/persistence';
import type { ServiceDatabase } from '../databases.js';
import { type Finding, warning } from './finding.js';

const UNDEFINED_TABLE = '42P01';

/** Operators that the log tells of and their owner does not have: somebody else writes to the same topics. */
export async function checkInstallations(
  connection: Connection,
  { service, schema }: ServiceDatabase,
): Promise<Finding[]> {
  if (service !== 'device-management') return [];
  const foreign = await connection
    .query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM ${schema}.known_operators k
       WHERE NOT EXISTS (SELECT FROM ${schema}.operators o WHERE o.operator_id = k.operator_id)`,
    )
    .catch((error: unknown) => {
      // Not migrated yet, which is said elsewhere.
      if ((error as { code?: string }).code === UNDEFINED_TABLE) return { rows: [] };
      throw error;
    });
  const [count] = foreign.rows;
  if (!count || count.n === 0) return [];
  return [
    warning(
      'operators',
      `The log tells of ${count.n} operators that device-management does not have.`,
      'Another installation may use the same Kafka: each needs one of its own (docs/operations/install.md). After a restore, they are lost: docs/operations/backup-and-restore.md.',
    ),
  ];
}
