import type { StationEvent } from '@chargemesh/contracts';
import type { FieldRegisters } from '@chargemesh/testing/field-registers';
import { available, at, booted, ended, interval, started, updated } from './facts.js';

const MINUTE_MS = 60_000;
/** The minute of the day at which all of them start. */
const START_MS = Date.parse(at('08:00'));

const after = (minutes: number): string => new Date(START_MS + minutes * MINUTE_MS).toISOString();

/** What the gateway tells of a session of the field, each message at the moment at which a right clock has it. */
export function factsOf(
  { start, startClockMinutes = 0, readings, stop, minutes, intervals = false }: FieldRegisters,
  stationId: string,
): StationEvent[] {
  const on = { stationId };
  const boot = booted(after(-5));
  const registers = [start, ...readings.map(([, register]) => register)];
  /** Of the reading with a number, from 1; the stop is the last. */
  const said = (time: string, number: number, register: number) =>
    intervals ? { samples: [interval(time, register - (registers[number - 1] ?? 0))] } : {};
  return [
    { ...boot, data: { ...boot.data, stationId } },
    started(after(startClockMinutes), start, {
      ...on,
      receivedAt: after(0),
      ...(intervals ? { samples: [] } : {}),
    }),
    ...readings.map(([minute, register], index) =>
      updated(after(minute), register, {
        ...on,
        digest: `${index}`,
        receivedAt: after(minute),
        ...said(after(minute), index + 1, register),
      }),
    ),
    stop === null
      ? available(after(minutes), on)
      : ended(after(minutes), stop, { ...on, ...said(after(minutes), registers.length, stop) }),
  ];
}
