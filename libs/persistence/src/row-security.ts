/**
 * Statements that keep operators apart in a table: a transaction sees and writes only rows whose `operator_id` is
 * among those it named. FORCE, so that even the owner is bound; a transaction that named none sees nothing.
 */
export function rowSecurity(table: string): string {
  // In a subquery, the setting is read once a statement and not once a row.
  const named = `SELECT COALESCE(NULLIF(current_setting('chargemesh.operators', true), ''), '{}')::uuid[]`;
  const visible = `operator_id = ANY ((${named})::uuid[])`;
  return `
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY operators ON ${table} USING (${visible}) WITH CHECK (${visible});
  `;
}
