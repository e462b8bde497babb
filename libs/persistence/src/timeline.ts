/** Far above what is counted while a part of the history that gets lost is written. */
const STEP = 1_000_000;

/**
 * A function `timeline_base()` of the schema: what a counter stands above once its database has lost a part of its history.
 * PostgreSQL begins a timeline whenever a copy takes over, be it restored or a standby; who counts on from the copy alone
 * would give out again what the lost part gave out, and the log still knows. 0 on the first timeline, and where a provider
 * does not say.
 */
export const timelineBase = `
  CREATE OR REPLACE FUNCTION timeline_base() RETURNS integer LANGUAGE plpgsql STABLE AS $$
  BEGIN
    -- The name of a WAL segment begins with its timeline, as eight hexadecimal digits.
    RETURN (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer - 1) * ${STEP};
  EXCEPTION WHEN OTHERS THEN
    RETURN 0;
  END $$;
`;
