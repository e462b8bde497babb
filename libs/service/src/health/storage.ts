import type { Database } from '@chargemesh/persistence';

/**
 * Writes and commits a row, in a place of its own, as all work does: a database that only answers may be a standby, set
 * to read only, without space, or without the replica that commits wait for.
 */
export async function checkStorage(database: Database): Promise<void> {
  await database.transaction([], async (tx) => {
    await tx.query(
      `DELETE FROM storage_checks WHERE id IN (SELECT id FROM storage_checks LIMIT 100 FOR UPDATE SKIP LOCKED)`,
    );
    await tx.query(`INSERT INTO storage_checks (filler) VALUES (repeat('x', 1000))`);
  });
}
