/** Days that are looked at. */
const DAYS = 14;
/** Of one class: below it nobody can say what is usual. */
const EVSES_AT_LEAST = 5;
const SCANS_AT_LEAST = 20;
const TIMES_USUAL = 5;

/**
 * EVSEs whose page many more browsers opened a day than began to charge there, against what is usual for EVSEs of their power class; $1 is
 * now. Scans and starts count from the day after somebody looked at the sticker. What is told of one changes only when it doubles, so that what
 * somebody resolved stays so meanwhile.
 */
export const SCANS_WITHOUT_STARTS = `
  WITH seen AS (
    SELECT s.operator_id, s.station_id, s.evse_id, max(s.power_class) AS power_class, sum(s.scans) AS scans,
      greatest(($1::timestamptz AT TIME ZONE 'UTC')::date - ${DAYS},
        coalesce(max((last.inspected_at AT TIME ZONE 'UTC')::date), '-infinity')) AS since
    FROM evse_scans s
    LEFT JOIN LATERAL (
      SELECT i.inspected_at FROM sticker_inspections i
      WHERE i.operator_id = s.operator_id AND i.station_id = s.station_id AND i.evse_id = s.evse_id
      ORDER BY i.inspection_id DESC LIMIT 1) last ON true
    WHERE s.day > ($1::timestamptz AT TIME ZONE 'UTC')::date - ${DAYS}
      AND s.day > coalesce((last.inspected_at AT TIME ZONE 'UTC')::date, '-infinity')
    GROUP BY 1, 2, 3),
  usual AS (
    SELECT operator_id, power_class, percentile_cont(0.5) WITHIN GROUP (ORDER BY scans::numeric / (($1::timestamptz AT TIME ZONE 'UTC')::date - since)) AS a_day
    FROM seen GROUP BY 1, 2 HAVING count(*) >= ${EVSES_AT_LEAST}),
  many AS (
    SELECT * FROM (
      SELECT seen.*, greatest(${SCANS_AT_LEAST},
        ${TIMES_USUAL} * usual.a_day * (($1::timestamptz AT TIME ZONE 'UTC')::date - since)) AS too_many
      FROM seen JOIN usual USING (operator_id, power_class)) compared
    WHERE scans >= too_many),
  unstarted AS (
    SELECT many.*, many.scans - (
      SELECT count(DISTINCT p.attempt) FROM payments p
      WHERE p.operator_id = many.operator_id AND p.station_id = many.station_id AND p.evse_id = many.evse_id
        AND p.session_id IS NOT NULL AND p.created_at >= (many.since + 1)::timestamp AT TIME ZONE 'UTC') AS left_over
    FROM many)
  SELECT operator_id AS "operatorId", md5(concat_ws(':', operator_id, station_id, evse_id))::uuid AS subject,
    NULL::uuid AS "paymentId", NULL::uuid AS "sessionId",
    jsonb_build_object('stationId', station_id, 'evseId', evse_id, 'powerClass', power_class,
      'scansWithoutStartsAtLeast', (2 ^ floor(log(2, left_over)))::int) AS details
  FROM unstarted WHERE left_over >= too_many`;
