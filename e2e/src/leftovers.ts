import { asAdmin } from '@chargemesh/persistence/testing';

/** What lies somewhere and waits for a person, by table. */
export async function leftovers(adminUrl: string): Promise<Record<string, number>> {
  return asAdmin(adminUrl, async (admin) => {
    const found: Record<string, number> = {};
    const { rows } = await admin.query<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE tablename IN ('dead_letters', 'quarantine')`,
    );
    for (const { schema, name } of rows) {
      const counted = await admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${schema}.${name}`);
      found[`${schema}.${name}`] = counted.rows[0]?.n ?? 0;
    }
    return found;
  });
}
