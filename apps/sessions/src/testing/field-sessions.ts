import type { StationEvent } from '@chargemesh/contracts';
import type { FieldRegisters } from '@chargemesh/testing/field-registers';
import { available, at, booted, ended, started, updated } from './facts.js';

const MINUTE_MS = 60_000;
/** The minute of the day at which all of them start. */
const START_MS = Date.parse(at('08:00'));

const after = (minutes: number): string => new Date(START_MS + minutes * MINUTE_MS).toISOString();

/** What the gateway tells of a session of the field, each message at the moment at which a right clock has it. */
export function factsOf(
  { start, startClockMinutes = 0, readings, stop, minutes }: FieldRegisters,
  stationId: string,
): StationEvent[] {
  const on = { stationId };
  const boot = booted(after(-5));
  return [
    { ...boot, data: { ...boot.data, stationId } },
    started(after(startClockMinutes), start, { ...on, receivedAt: after(0) }),
    ...readings.map(([minute, register], index) =>
      updated(after(minute), register, { ...on, digest: `${index}`, receivedAt: after(minute) }),
    ),
    stop === null ? available(after(minutes), on) : ended(after(minutes), stop, on),
  ];
}
