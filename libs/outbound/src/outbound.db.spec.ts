import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@chargemesh/waiting';
import type { CallHandler, CallInHand, Outcome } from './call.js';
import { firstCalls, leaseLanes } from './calls.store.js';
import { attemptsOf, callsPage } from './delivery-log.store.js';
import { keepDeliveryLog } from './delivery-log.js';
import { record } from './record.js';
import { BREAKER_OPENS_AFTER } from './retry.decide.js';
import { OutboundTelemetry } from './telemetry.js';
import { CallsService, callTo, operatorId } from './testing/calls-service.js';

const stranger = '01900000-0000-7000-8000-000000000002';
const delivered: Outcome = { result: 'delivered', status: 200 };
const refused: Outcome = { result: 'failed', error: 'connection refused' };
const HOUR_MS = 3_600_000;

let time: Date;
let service: CallsService;
let made: CallInHand[];

const later = (milliseconds: number) => {
  time = new Date(time.getTime() + milliseconds);
  service.wake();
};
const numbers = (calls = made) => calls.map(({ body }) => body['number']);
const answering =
  (answer: (call: CallInHand) => Outcome | Promise<Outcome>): CallHandler =>
  async (call) => {
    made.push(call);
    return answer(call);
  };
const settled = (count: number) =>
  eventually(async () => {
    const open = await service.states({ state: 'waiting' });
    expect([(await service.calls()).length, open]).toEqual([count, []]);
  });
const isMade = (times: number) => eventually(() => expect(made.length).toBe(times));
/** Made, and recorded: before that, time that passes does not bring the next attempt nearer. */
const hasFailed = (times: number) =>
  eventually(async () => {
    const attempts = (await service.calls()).reduce((sum, call) => sum + call.attempts, 0);
    expect([made.length, attempts]).toEqual([times, times]);
  });

beforeEach(async () => {
  time = new Date('2026-05-01T12:00:00Z');
  made = [];
  service = await CallsService.open(() => time);
});
afterEach(() => service.close());

describe('a call', () => {
  it('is made after its transaction, and never if that is rolled back', async () => {
    service.workers(answering(() => delivered));
    const undone = service.in(async (tx) => {
      await service.outbound.add(tx, [callTo('partner:a', 1)]);
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    await service.add(callTo('partner:a', 2));
    await settled(1);
    expect(numbers()).toEqual([2]);
  });

  it('is made with the same id until it is delivered, and each attempt is kept', async () => {
    const answers: Outcome[] = [
      refused,
      { ...refused, status: 502, answer: 'bad gateway', error: 'HTTP 502' },
      delivered,
    ];
    service.workers(answering(() => answers[made.length - 1]!));
    await service.add(callTo('partner:a', 1));
    await hasFailed(1);
    later(2_000);
    await hasFailed(2);
    later(4_000);
    await settled(1);
    expect(new Set(made.map(({ callId }) => callId)).size).toBe(1);
    expect(made.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    const attempts = await service.in((tx) => attemptsOf(tx, made[0]!.callId, 10));
    expect(attempts).toMatchObject([
      { attempt: 1, result: 'failed', error: 'connection refused' },
      { attempt: 2, result: 'failed', status: 502, answer: 'bad gateway' },
      { attempt: 3, result: 'delivered', status: 200 },
    ]);
  });

  it('whose handler throws, or does not come to an end, has failed', async () => {
    const handlers: CallHandler[] = [() => Promise.reject(new Error('boom')), () => new Promise(() => undefined)];
    service.workers((call, signal) => handlers[made.push(call) - 1]!(call, signal), { callWithinMs: 50 });
    await service.add(callTo('partner:a', 1));
    await hasFailed(1);
    later(2_000);
    const errors = () =>
      service.in((tx) => attemptsOf(tx, made[0]!.callId, 10)).then((all) => all.map(({ error }) => error));
    await eventually(async () => expect(await errors()).toEqual(['boom', 'no answer within 50 ms']));
  });

  it('that nothing here can make waits for a process that can', async () => {
    const old = service.workers(answering(() => delivered));
    await service.add(callTo('partner:a', 1, { kind: 'of tomorrow' }));
    await eventually(async () => expect((await service.calls())[0]!.attempts).toBe(1));
    await old.stop();
    service.workers(
      answering(() => delivered),
      { handlers: new Map([['of tomorrow', answering(() => delivered)]]) },
    );
    later(2_000);
    await settled(1);
    expect(numbers()).toEqual([1]);
  });

  it('expires when it fails for too long, and is not made after its time', async () => {
    service.workers(answering(() => refused));
    await service.add(callTo('partner:a', 1), callTo('partner:a', 2));
    await hasFailed(1);
    later(8 * 24 * HOUR_MS);
    await settled(2);
    expect(await service.states()).toEqual(['expired', 'expired']);
    expect(numbers()).toEqual([1]);
  });

  it('is refused before it is written when it is too large', async () => {
    await expect(service.add(callTo('partner:a', 1, { body: { text: 'x'.repeat(1_048_577) } }))).rejects.toThrow(
      RangeError,
    );
    expect(await service.calls()).toEqual([]);
  });
});

describe('calls of one order', () => {
  it('are made one after the other, also while the first fails and by many processes', async () => {
    let inHand = 0;
    let failures = 3;
    const handler = answering(async () => {
      expect(++inHand).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inHand--;
      return failures-- > 0 ? refused : delivered;
    });
    for (let process = 0; process < 3; process++) service.workers(handler);
    for (let number = 1; number <= 20; number++) await service.add(callTo('partner:a', number));
    for (let times = 1; times <= 3; times++) {
      await hasFailed(times);
      later(10_000);
    }
    await settled(20);
    const first = numbers().slice(0, 4);
    expect([first, numbers().slice(3)]).toEqual([[1, 1, 1, 1], Array.from({ length: 20 }, (_, at) => at + 1)]);
  });

  it('go on behind one that is refused for good', async () => {
    service.workers(answering(({ body }) => (body['number'] === 1 ? { result: 'rejected', status: 422 } : delivered)));
    await service.add(callTo('partner:a', 1), callTo('partner:a', 2));
    await settled(2);
    expect(await service.states()).toEqual(['rejected', 'delivered']);
  });

  it('are in the order of the facts, whichever transaction began first', async () => {
    let goOn = (): void => undefined;
    const second = new Promise<void>((resolve) => (goOn = resolve));
    const early = service.in(async (tx) => {
      await tx.query('SELECT 1');
      await second;
      await service.outbound.add(tx, [callTo('partner:a', 2)]);
    });
    await service.add(callTo('partner:a', 1));
    goOn();
    await early;
    service.workers(answering(() => delivered));
    await settled(2);
    expect(numbers()).toEqual([1, 2]);
  });

  it('are only the newest of their coalesce key', async () => {
    const coalesceKey = 'evse 1';
    await service.add(callTo('partner:a', 1, { coalesceKey }), callTo('partner:a', 2));
    await service.add(callTo('partner:a', 3, { coalesceKey }), callTo('partner:a', 4, { coalesceKey }));
    await service.add(callTo('partner:b', 5, { coalesceKey }), callTo('partner:a', 6, { coalesceKey: 'evse 2' }));
    service.workers(answering(() => delivered));
    await settled(6);
    expect(numbers(made.filter(({ destination }) => destination === 'partner:a'))).toEqual([2, 4, 6]);
    expect(await service.states({ state: 'superseded' })).toHaveLength(2);
  });
});

describe('a destination', () => {
  it('that is away delays no other', async () => {
    service.workers(
      answering(({ destination }) => (destination === 'partner:dead' ? refused : delivered)),
      {
        concurrency: 2,
      },
    );
    for (let order = 0; order < 20; order++) await service.add(callTo('partner:dead', order, { orderKey: `${order}` }));
    await service.add(...Array.from({ length: 20 }, (_, number) => callTo('partner:well', number)));
    await eventually(async () =>
      expect(await service.calls({ destination: 'partner:well', state: 'delivered' })).toHaveLength(20),
    );
    expect(await service.calls({ destination: 'partner:dead', state: 'waiting' })).toHaveLength(20);
  });

  it('gets one call at a time once its breaker is open, and all again when it is back', async () => {
    let away = true;
    service.workers(
      answering(() => (away ? refused : delivered)),
      { perDestination: 4 },
    );
    const calls = Array.from({ length: 12 }, (_, number) => callTo('partner:a', number, { orderKey: `${number}` }));
    await service.add(...calls);
    // Those that were in hand when it opened are made and recorded, too.
    await eventually(async () => {
      expect(made.length).toBeGreaterThanOrEqual(BREAKER_OPENS_AFTER);
      expect(await service.in((tx) => tx.query('SELECT 1 FROM outbound_lanes WHERE lease IS NOT NULL'))).toEqual([]);
    });
    const atOpening = made.length;
    expect(atOpening).toBeLessThan(BREAKER_OPENS_AFTER + 4);
    for (let probe = 1; probe <= 3; probe++) {
      later(HOUR_MS / 4);
      await hasFailed(atOpening + probe);
    }
    away = false;
    later(HOUR_MS / 4);
    await settled(12);
  });

  it('is paused for as long as it asks for (429), with all its calls', async () => {
    const answers = [{ ...refused, status: 429, throttled: { milliseconds: HOUR_MS } }];
    service.workers(answering(() => answers.pop() ?? delivered));
    await service.add(callTo('partner:a', 1));
    await hasFailed(1);
    await service.add(callTo('partner:a', 2, { orderKey: 'another' }), callTo('partner:b', 3));
    later(HOUR_MS - 60_000);
    await eventually(async () => expect(await service.states({ destination: 'partner:b' })).toEqual(['delivered']));
    expect(numbers()).toEqual([1, 3]);
    later(120_000);
    await settled(3);
  });

  it('that was mended gets what waits for it at once', async () => {
    let isMended = false;
    const paused: Outcome = { ...refused, throttled: { milliseconds: HOUR_MS } };
    service.workers(answering(() => (isMended ? delivered : paused)));
    await service.add(callTo('partner:a', 1));
    await hasFailed(1);
    await service.add(callTo('partner:a', 2, { orderKey: 'another' }));
    isMended = true;
    await service.in((tx) => service.outbound.resume(tx, { operatorId, destination: 'partner:a' }));
    await settled(2);
  });

  it('gets so many calls at a time as it may, from all processes', async () => {
    let inHand = 0;
    let most = 0;
    const handler = answering(async () => {
      most = Math.max(most, ++inHand);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inHand--;
      return delivered;
    });
    for (let process = 0; process < 3; process++) service.workers(handler, { perDestination: 2 });
    await service.add(
      ...Array.from({ length: 40 }, (_, number) => callTo('partner:a', number, { orderKey: `${number}` })),
    );
    await settled(40);
    expect(most).toBe(2);
  });
});

describe('what waits', () => {
  it('is counted by destination, with its age, and falls to nothing', async () => {
    const telemetry = new OutboundTelemetry();
    const counted = jest.spyOn(telemetry, 'waits');
    await service.add(callTo('partner:a', 1), callTo('partner:a', 2), callTo('partner:b', 3));
    later(90_000);
    service.workers(
      answering(({ destination }) => (destination === 'partner:a' ? refused : delivered)),
      { telemetry },
    );
    await eventually(() => expect(counted).toHaveBeenCalled());
    expect(counted.mock.calls[0]![0]).toEqual([
      { operatorId, destination: 'partner:a', waiting: 2, oldestS: 90 },
      { operatorId, destination: 'partner:b', waiting: 1, oldestS: 90 },
    ]);
    await eventually(async () => expect(await service.states({ destination: 'partner:b' })).toEqual(['delivered']));
    service.workers(
      answering(() => refused),
      { telemetry },
    );
    await eventually(() =>
      expect(counted.mock.lastCall![0]).toMatchObject([{ waiting: 2 }, { waiting: 0, oldestS: 0 }]),
    );
  });
});

describe('a process', () => {
  it('that dies leaves its calls to the others once its lease is over', async () => {
    const hangs: CallHandler = (call) => {
      made.push(call);
      return new Promise(() => undefined);
    };
    // With its only call in hand it takes no other.
    const dead = service.workers(hangs, { concurrency: 1 });
    await service.add(callTo('partner:a', 1));
    await isMade(1);
    service.workers(answering(() => delivered));
    later(30_000);
    expect(await service.states()).toEqual(['waiting']);
    later(60_000);
    await settled(1);
    expect(new Set(made.map(({ callId }) => callId)).size).toBe(1);
    await dead.stop();
  });

  it('that stops cuts its calls short, and others make them at once', async () => {
    const first = service.workers((call) => {
      made.push(call);
      return new Promise(() => undefined);
    });
    await service.add(callTo('partner:a', 1));
    await isMade(1);
    await first.stop();
    service.workers(answering(() => delivered));
    await settled(1);
    expect((await service.calls())[0]).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  it('whose lease is over before it could record says what came of its call, and leaves the lane alone', async () => {
    let answer = (_outcome: Outcome): void => undefined;
    service.workers((call) => {
      made.push(call);
      return new Promise((resolve) => (answer = resolve));
    });
    await service.add(callTo('partner:a', 1));
    await isMade(1);
    const late = answer;
    later(90_000);
    await isMade(2);
    late(delivered);
    await eventually(async () => expect(await service.states()).toEqual(['delivered']));
    answer({ result: 'rejected', status: 409 });
    await eventually(async () => expect(await service.in((tx) => attemptsOf(tx, made[0]!.callId, 10))).toHaveLength(2));
    expect(await service.states()).toEqual(['delivered']);
    expect(await service.in((tx) => tx.query('SELECT 1 FROM outbound_lanes'))).toEqual([]);
  });

  it('whose lease is over before it begins says what came of its call, beside the one that took it over', async () => {
    await service.add(callTo('partner:a', 1));
    const leased = () =>
      service.in(async (tx) => {
        const turns = { now: time, limit: 1, lanesPerDestination: 1, breakerOpensAfter: BREAKER_OPENS_AFTER };
        const lease = randomUUID();
        const [call] = await firstCalls(tx, await leaseLanes(tx, { ...turns, lease, leasedUntil: time }));
        return { call: call!, lease, at: time, durationMs: 1 };
      });
    const both = [await leased(), await leased()];
    for (const taken of both) await record(service.database, { ...taken, outcome: delivered }, time);
    const attempts = await service.in((tx) => attemptsOf(tx, both[0]!.call.callId, 10));
    expect(attempts.map(({ attempt }) => attempt).sort()).toEqual([1, 2]);
    expect((await service.calls())[0]).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(await service.in((tx) => tx.query('SELECT 1 FROM outbound_lanes'))).toEqual([]);
  });
});

describe('the delivery log', () => {
  it('shows an operator its own calls only', async () => {
    await service.add(callTo('partner:a', 1));
    const seen = await service.database.transaction([stranger], (tx) => callsPage(tx, { operatorId, limit: 10 }));
    expect(seen).toEqual([]);
  });

  it('is searched by destination, state, kind and time, newest first and page by page', async () => {
    service.workers(answering(({ body }) => (body['number'] === 2 ? { result: 'rejected' } : delivered)));
    await service.add(callTo('partner:a', 1), callTo('partner:b', 2));
    await settled(2);
    later(HOUR_MS);
    await service.add(callTo('partner:a', 3));
    await settled(3);
    const found = async (page: object) => (await service.calls(page)).map(({ body }) => body['number']);
    expect(await found({ destination: 'partner:a' })).toEqual([1, 3]);
    expect(await found({ state: 'rejected' })).toEqual([2]);
    expect(await found({ kind: 'other' })).toEqual([]);
    expect(await found({ from: time })).toEqual([3]);
    expect(await found({ to: time })).toEqual([1, 2]);
    const [newest] = await service.calls({ limit: 1 });
    expect(newest!.body).toEqual({ number: 3 });
    expect(await found({ before: newest!.callId })).toEqual([1, 2]);
  });

  it('has what was refused written once more, under another id and behind what waits', async () => {
    service.workers(
      answering(({ body }) => (body['number'] === 1 && made.length === 1 ? { result: 'rejected' } : delivered)),
    );
    await service.add(callTo('partner:a', 1));
    await settled(1);
    const { callId } = made[0]!;
    const replay = () => service.in((tx) => service.log.replay(tx, { operatorId }, [callId]));
    expect(await replay()).toMatchObject([{ state: 'rejected' }]);
    await settled(2);
    expect(await service.calls()).toMatchObject([{ state: 'rejected' }, { state: 'delivered', replayOf: callId }]);
    expect(made[1]!.callId).not.toBe(callId);
    const again = await service.in((tx) => service.log.replay(tx, { operatorId }, [made[1]!.callId]));
    expect(again).toEqual([]);
  });

  it('has what waits given up, and says by whom', async () => {
    service.workers(answering(() => refused));
    await service.add(callTo('partner:a', 1), callTo('partner:a', 2));
    await eventually(async () => expect((await service.calls())[0]!.attempts).toBe(1));
    for (const { callId } of await service.calls())
      await service.in((tx) => service.log.discard(tx, operatorId, callId, 'user-1'));
    later(HOUR_MS);
    await eventually(async () =>
      expect(await service.in((tx) => tx.query('SELECT 1 FROM outbound_lanes'))).toEqual([]),
    );
    expect(await service.calls()).toMatchObject([
      { state: 'discarded', settledBy: 'user-1' },
      { state: 'discarded', settledBy: 'user-1' },
    ]);
    expect(numbers()).toEqual([1]);
  });

  it('forgets what was settled long ago, and nothing that waits', async () => {
    service.workers(answering(({ body }) => (body['number'] === 1 ? delivered : refused)));
    await service.add(
      callTo('partner:a', 1),
      callTo('partner:b', 2, { expiresAt: new Date(time.getTime() + 90 * 24 * HOUR_MS) }),
    );
    await eventually(async () => expect((await service.calls()).map(({ attempts }) => attempts)).toEqual([1, 1]));
    time = new Date(time.getTime() + 31 * 24 * HOUR_MS);
    await keepDeliveryLog(service.database, { operators: [operatorId], now: time, keepDays: 30 });
    expect(await service.states()).toEqual(['waiting']);
  });
});
