import type { QuarantineEvent, StationEvent } from '@chargemesh/contracts';
import { type Random, shuffled } from '@chargemesh/testing/random';
import { at, available, booted, ended, occupied, readings, started, updated } from './facts.js';

const MINUTE_MS = 60_000;
/** A story takes so many minutes from eight in the morning on. */
const MINUTES = 180;

/** What a station tells, in batches as they come. */
export type Story = readonly (readonly (StationEvent | QuarantineEvent)[])[];

interface Told {
  readonly atMs: number;
  readonly event: StationEvent;
}

/** Sessions next to each other at the connectors of a station, queued, overlapping, unended, with registers of one meter or two. */
export function randomStory(stationId: string, next: Random): Story {
  const below = (most: number): number => Math.floor(next() * most);
  const count = next() < 0.1 ? 14 : 2 + below(5);
  const clocks = [0, 0, 0, 2, -3, 45][below(6)] ?? 0;
  const told = [
    ...Array.from({ length: count }, (_, index) => sessionOf(stationId, `${index + 1}`, clocks, next)),
    ...Array.from({ length: below(6) }, () => wordOf(stationId, next)),
  ].flat();
  const inOrder = told.toSorted((a, b) => a.atMs - b.atMs).map(({ event }) => event);
  return batches(next() < 0.2 ? shuffled(inOrder, next) : inOrder, next);
}

function batches(events: readonly StationEvent[], next: Random): Story {
  const many = 1 + Math.floor(next() * 6);
  const size = Math.ceil(events.length / many);
  return Array.from({ length: many }, (_, index) => events.slice(index * size, (index + 1) * size));
}

/** A minute, mostly whole, of the story. */
function minuteOf(next: Random): number {
  return Math.floor(next() * (MINUTES / 5)) * 5 + (next() < 0.2 ? 0.5 : 0);
}

function timeOf(minute: number): string {
  return new Date(Date.parse(at('08:00')) + minute * MINUTE_MS).toISOString();
}

function sessionOf(stationId: string, transactionId: string, clockMinutes: number, next: Random): Told[] {
  const below = (most: number): number => Math.floor(next() * most);
  const start = minuteOf(next);
  const minutes = [0, 5, 10, 20, 45, 90][below(6)] ?? 0;
  const fromWh = next() < 0.15 ? 0 : 1_000 + start * 100 + below(3) * 2_000;
  const at = (minute: number): string => timeOf(minute + clockMinutes);
  const queuedUntil = next() < 0.3 ? start + minutes + below(60) : 0;
  const came = (minute: number): number => Math.max(minute, queuedUntil);
  const on = (minute: number) => ({
    stationId,
    transactionId,
    receivedAt: timeOf(came(minute)),
    offline: queuedUntil > 0,
  });
  const where = { evseId: 1 + below(2), connectorId: 1 + below(2) };
  const place = next() < 0.1 ? { evseId: undefined, connectorId: undefined } : where;
  const read = Array.from({ length: below(4) }, (_, index) => start + ((index + 1) * minutes) / 4);
  const whAt = (minute: number): number => fromWh + (minute - start) * 100;
  const token = { idToken: { value: next() < 0.8 ? 'CARD1' : 'CARD2', type: 'ISO14443' } };
  const begin = started(at(start), fromWh, {
    ...on(start),
    ...token,
    ...place,
    ...(next() < 0.15 ? { samples: [] } : {}),
  });
  const ends = ([[], [minutes], [minutes], [minutes], [minutes, minutes + 5 + below(30)]][below(5)] ?? []).map(
    (minute) => {
      const end = ended(at(start + minute), next() < 0.2 ? null : whAt(start + minute), on(start + minute));
      return { atMs: came(start + minute), event: end };
    },
  );
  return [
    ...(next() < 0.05 ? [] : [{ atMs: came(start), event: begin }]),
    ...read.map((minute) => ({ atMs: came(minute), event: updated(at(minute), whAt(minute), on(minute)) })),
    ...ends,
  ];
}

/** What a station says of itself, a connector or a meter without naming a transaction. */
function wordOf(stationId: string, next: Random): Told {
  const below = (most: number): number => Math.floor(next() * most);
  const minute = minuteOf(next);
  const [time, where] = [timeOf(minute), { stationId, evseId: 1 + below(2), connectorId: 1 + below(2) }];
  const boot = booted(time);
  const words = [
    ...[available(time, where), available(time, where), occupied(time, where)],
    { ...boot, data: { ...boot.data, stationId } },
    readings(time, 1_000 + minute * 100, { stationId, evseId: where.evseId }),
  ] as const;
  return { atMs: minute, event: words[below(words.length)] ?? boot };
}
