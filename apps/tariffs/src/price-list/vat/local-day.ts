import { TimeZoneUnknown } from '@chargemesh/rating';

/** More than there are zones, whose names can be spelled in many cases. */
const KEPT = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of a moment by the clock of a zone, `2026-01-31`. @throws TimeZoneUnknown */
export function localDay(at: Date, timeZone: string): string {
  const format = formats.get(timeZone) ?? made(timeZone);
  if (formats.size >= KEPT) formats.clear();
  formats.set(timeZone, format);
  return format.format(at);
}

/** Sweden writes dates as ISO 8601 does. */
function made(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  } catch (error) {
    throw new TimeZoneUnknown(`no time zone: ${timeZone.slice(0, 40)}`, { cause: error });
  }
}
