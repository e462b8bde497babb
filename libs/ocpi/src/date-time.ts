/** RFC 3339; OCPI allows to leave the zone out, which is UTC then. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/i;

/** A DateTime as partners write it; undefined, if it is none. OCPI 2.3.0, types, DateTime. */
export function dateTimeOf(said: string): Date | undefined {
  const match = DATE_TIME.exec(said);
  const date = new Date(match?.[2] === undefined ? `${said}Z` : said);
  return match && !Number.isNaN(date.getTime()) ? date : undefined;
}
