import { describe, expect, it } from '@jest/globals';
import type { ConnectorStatus, StationEvent } from '@chargemesh/contracts';
import { at, available, booted, ended, occupied, started, updated } from '../testing/facts.js';
import { Play } from '../testing/play.js';

/** What a 1.6 connector says; in 2.x the status is the word. */
const word = (time: string, detail: string) => {
  const status = (['Faulted', 'Unavailable', 'Reserved'].includes(detail) ? detail : 'Occupied') as ConnectorStatus;
  return occupied(at(time), { status, detail, messageId: `${detail} ${time}` });
};
const said = (time: string, status: ConnectorStatus, connectorId = 1) =>
  available(at(time), { status, connectorId, messageId: `${status} ${time}` });

const isDoubtful = (...events: StationEvent[]): boolean =>
  new Play(at('13:00'))
    .each(booted(at('06:00')), ...events)
    .after(900)
    .session()
    .flags.includes('end-time-doubtful');

const quarters = (from: string, count: number, wh: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => {
    const time = new Date(Date.parse(at(from)) + index * 900_000).toISOString();
    return updated(time, wh(index));
  });
const charging = [started(at('08:00'), 1_000), word('08:00:10', 'Charging')];

describe('a session whose connector serves nobody any more', () => {
  it.each(['Faulted', 'Unavailable', 'Preparing', 'Reserved'])(
    'is in doubt where it says %s, and ends hours later',
    (w) => {
      const stands = quarters('08:15', 15, (index) => Math.min(4_990, 3_000 + 1_990 * index));
      const [before, after] = [stands.slice(0, 2), stands.slice(2)];
      expect(isDoubtful(...charging, ...before, word('08:31', w), ...after, ended(at('12:00'), 4_990))).toBe(true);
      expect(isDoubtful(...charging, word('08:31', w), ended(at('12:00'), 4_990))).toBe(true);
      expect(isDoubtful(...charging, updated(at('08:30'), 5_000), word('08:31', w), ended(at('12:00'), 5_100))).toBe(
        true,
      );
    },
  );

  it('is in doubt where it says so by and by, or its stop is lost', () => {
    const words = [word('08:31', 'Faulted'), word('11:50', 'Unavailable')];
    expect(isDoubtful(...charging, updated(at('08:30'), 5_000), ...words, ended(at('12:00'), 5_000))).toBe(true);
    const lost = [word('08:31', 'Faulted'), updated(at('11:45'), 5_000), available(at('12:00'))];
    expect(isDoubtful(...charging, updated(at('08:30'), 5_000), ...lost)).toBe(true);
  });

  it('is in doubt where it never charged', () => {
    expect(isDoubtful(started(at('08:00'), 1_000), word('08:01', 'Faulted'), ended(at('12:00'), 1_000))).toBe(true);
  });

  it('is in doubt by OCPP 2.x too, by its own connector', () => {
    const told = (connectorId: number) => [
      started(at('08:00'), 1_000, { seqNo: 0, chargingState: 'Charging' }),
      ...[updated(at('08:30'), 5_000, { seqNo: 1 }), said('08:31', 'Faulted', connectorId)],
      ...[updated(at('09:30'), 5_000, { seqNo: 2 }), ended(at('12:00'), 5_000, { seqNo: 3 })],
    ];
    expect(isDoubtful(...told(1))).toBe(true);
    expect(isDoubtful(...told(2))).toBe(false);
  });
});

describe('a session whose connector was out of order for a while', () => {
  const fault = word('08:31', 'Faulted');

  it.each<[string, StationEvent[]]>([
    ['its register rose after that', [fault, updated(at('08:45'), 5_500), ended(at('12:00'), 9_000)]],
    ['more flowed than can have before it', [updated(at('08:30'), 3_000), fault, ended(at('12:00'), 9_000)]],
    ['it charges again', [fault, word('08:33', 'Charging'), ended(at('12:00'), 5_000)]],
    ['its car is said to take nothing', [fault, word('08:33', 'SuspendedEV'), ended(at('12:00'), 5_000)]],
    ['its car is about to leave (1.6)', [fault, word('08:33', 'Finishing'), ended(at('12:00'), 5_000)]],
    ['it ended soon after', [fault, ended(at('08:40'), 5_000)]],
    ['it was so before', []],
  ])('is in none where %s', (_, events) => {
    const before = events.length === 0 ? [word('07:30', 'Faulted'), available(at('07:40'))] : [];
    const end = events.length === 0 ? [ended(at('12:00'), 5_000)] : events;
    expect(isDoubtful(...before, ...charging, ...end)).toBe(false);
  });

  it('is in none where it waits for its car, or its connector is occupied again (2.x)', () => {
    const waiting = [started(at('08:00'), 1_000), word('08:00:05', 'Preparing'), ended(at('12:00'), 1_000)];
    expect(isDoubtful(...waiting)).toBe(false);
    const numbered = [
      started(at('08:00'), 1_000, { seqNo: 0, chargingState: 'Charging' }),
      ...[updated(at('08:30'), 5_000, { seqNo: 1 }), said('08:31', 'Faulted'), said('08:35', 'Occupied')],
      ended(at('12:00'), 5_000, { seqNo: 2 }),
    ];
    expect(isDoubtful(...numbered)).toBe(false);
  });
});
