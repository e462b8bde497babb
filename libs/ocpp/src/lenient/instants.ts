import { isInstant } from '@chargemesh/contracts';
import type { ReadingContext, ZonelessAs } from './deviation.js';
import type { Schema } from './schema.js';
import { offsetAt } from './zones.js';

const written =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})?(?:[.,](\d*))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** A time has blanks and a fraction at most; what is longer is none. */
const lengthMax = 100;

/** A time as it is meant, and what is now known of times that name no zone. */
export interface InstantMeant {
  readonly instant: string;
  readonly rule: 'time-form' | 'time-zone';
  readonly zonelessAs?: ZonelessAs;
}

/**
 * Reads the forms of a time that stations write besides RFC 3339's: `+0000`, `+00`, a comma before the fraction, no
 * seconds, a blank for the T, no zone. Undefined where no day and time can be read.
 */
export function instantMeant(text: string, context: ReadingContext): InstantMeant | undefined {
  const { local, carriedMs, zone } = parsed(text) ?? {};
  if (local === undefined || carriedMs === undefined) return undefined;
  if (zone === undefined) return zonelessMeant(Date.parse(`${local}Z`) + carriedMs, context);
  const instant = `${local}${offsetOf(zone)}`;
  return isInstant(instant) ? { instant: isoOf(Date.parse(instant) + carriedMs), rule: 'time-form' } : undefined;
}

/** Both readings of a time without a zone, in milliseconds; undefined for any other text, and where they are the same. */
export function zonelessReadings(text: string, timeZone: string): Readonly<Record<ZonelessAs, number>> | undefined {
  const { local, carriedMs = 0, zone } = parsed(text) ?? {};
  if (local === undefined || zone !== undefined) return undefined;
  const readings = readingsOf(Date.parse(`${local}Z`) + carriedMs, timeZone);
  return readings.UTC === readings.site ? undefined : readings;
}

function readingsOf(local: number, timeZone: string | undefined): Record<ZonelessAs, number> {
  return { UTC: local, site: local - (timeZone === undefined ? 0 : offsetAt(timeZone, local)) };
}

/** The parts of a time: day and time of day, and the zone behind it as it is written. */
function parsed(text: string): { local: string; carriedMs: number; zone: string | undefined } | undefined {
  const parts = text.length > lengthMax ? undefined : written.exec(text.trim());
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', zone] = [...parts.slice(0, 4), parts[8]];
  const { time, carriedMs } = timeOfDay(parts);
  const local = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${time}`;
  return isInstant(`${local}Z`) ? { local, carriedMs, zone } : undefined;
}

/** Of a sixtieth second, whether it is a leap second or a wrong sum, the next minute's first is meant. */
function timeOfDay(parts: RegExpExecArray): { time: string; carriedMs: number } {
  const [hour = '', minute = '', second = '00', fraction = ''] = parts.slice(4, 8);
  const seconds = second === '60' ? '59' : second;
  const time = `${hour.padStart(2, '0')}:${minute}:${seconds}${fraction === '' ? '' : `.${fraction}`}`;
  return { time, carriedMs: second === '60' ? 1_000 : 0 };
}

/**
 * Reads a time without a zone as UTC or in the site's zone. A station's clock is hardly ever ahead by half the difference of
 * the two: where the later reading would be, the earlier one is right, unless the later one is proven. Else both are possible,
 * the earlier one for a message that was kept for a while: the station is read as before, or, the first time, as lies nearer to
 * the arrival.
 */
function zonelessMeant(local: number, { timeZone, ...context }: ReadingContext): InstantMeant {
  const { arrivedAt, zonelessAs, isZoneProven } = context;
  const readings = readingsOf(local, timeZone);
  if (readings.UTC === readings.site) return { instant: isoOf(local), rule: 'time-zone' };
  const [later, earlier]: [ZonelessAs, ZonelessAs] = readings.UTC > readings.site ? ['UTC', 'site'] : ['site', 'UTC'];
  const half = (readings[later] - readings[earlier]) / 2;
  const isAhead = readings[later] - arrivedAt.getTime() > half;
  const meant = isAhead && !(isZoneProven && zonelessAs === later) ? earlier : (zonelessAs ?? later);
  return { instant: isoOf(readings[meant]), rule: 'time-zone', zonelessAs: meant };
}

/** Whether a member says when what it belongs to was. */
export function isTimestamp(name: string, { format }: Schema = {}): boolean {
  return name === 'timestamp' && format === 'date-time';
}

/** When a message was said: its own time where it can be read, or its arrival. */
export function saidAtOf(payload: unknown, context: ReadingContext): string {
  const arrival = isoOf(context.arrivedAt.getTime());
  const { timestamp: text } = Object(payload) as { timestamp?: unknown };
  if (typeof text !== 'string') return arrival;
  return isInstant(text) ? text : (instantMeant(text, context)?.instant ?? arrival);
}

function offsetOf(zone: string): string {
  if (/^z$/i.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '');
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2) || '00'}`;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
