import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import { OcppError, type RpcPeer } from '@chargemesh/ocpp';
import type { Ledger } from './ledger.js';
import { ledgerLines } from './ledger.js';
import type { SimulateOptions, StationSpec } from './options.js';
import { simulate, startStations } from './simulate.js';
import { Platform } from './testing/platform.js';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const clock = { now: () => new Date() };
const backoffMs = [5, 40] as const;
let platform: Platform;

beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.stop());

const specs = (count: number, ocppVersion?: StationSpec['ocppVersion']): StationSpec[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `CS-${index + 1}`,
    ocppVersion: ocppVersion ?? versions[index % 3]!,
    password: 'secret',
    evses: (index % 2) + 1,
  }));

const options = (change: Partial<SimulateOptions>): SimulateOptions => ({
  url: platform.url,
  stations: specs(1),
  idTokens: ['TOKEN-1', 'TOKEN-2'],
  clock,
  sessions: 1,
  backoffMs,
  rampMs: 10,
  deadlineMs: 100_000,
  ...change,
});

/** The ledger's acknowledged sessions, in the platform's words. */
const expected = (ledger: Ledger) =>
  ledger.sessions
    .filter((session) => session.acknowledged)
    .map(({ stationId, evseId, idToken, transactionId, startedAt, endedAt, meterStartWh, meterStopWh }) => ({
      ...{ stationId, evseId, idToken, transactionId, startedAt, endedAt, meterStartWh, meterStopWh },
      reason: 'Local',
    }));
const byKey = (a: { stationId: string; transactionId: string | null }, b: typeof a) =>
  `${a.stationId} ${a.transactionId}`.localeCompare(`${b.stationId} ${b.transactionId}`);
const expectEqual = (ledger: Ledger) => expect(platform.all().sort(byKey)).toEqual(expected(ledger).sort(byKey));

describe('a simulation', () => {
  it('faster than real time stamps nothing with a time to come, however slow the platform is', async () => {
    const session = { minutes: [10, 20], samples: 2 } as const;
    const ledger = await simulate(options({ stations: specs(3), sessions: 6, timeScale: 10_000, session }));
    expect(ledger.complete).toBe(true);
    expectEqual(ledger);
    for (const { endedAt } of ledger.sessions) expect(new Date(endedAt!).getTime()).toBeLessThan(Date.now());
  });

  it.each(versions)('of %s agrees with the platform to the Wh and the millisecond', async (version) => {
    const ledger = await simulate(options({ stations: specs(3, version), sessions: 10 }));
    expect(ledger.complete).toBe(true);
    expect(ledger.sessions).toHaveLength(10);
    expectEqual(ledger);
    for (const session of ledger.sessions) {
      const minutes = (Date.parse(session.endedAt!) - Date.parse(session.startedAt)) / 60_000;
      expect(minutes).toBeGreaterThanOrEqual(20);
      expect(session.energyWh).toBe(session.meterStopWh! - session.meterStartWh);
      expect(session.energyWh).toBeGreaterThan(2_000);
      expect(session.messages).toMatchObject({ created: 5, sent: 5, acknowledged: 5, duplicated: 0 });
      expect(Date.parse(session.endedAt!)).toBeLessThanOrEqual(clock.now().getTime());
    }
  });

  it.each(versions)('of %s with every fault still agrees, each session once', async (version) => {
    const faults = { drop: 0.15, duplicate: 0.2, offline: 0.5, reorder: 1 };
    const ledger = await simulate(options({ stations: specs(6, version), sessions: 48, faults, seed: 7 }));
    expect(ledger.complete).toBe(true);
    expectEqual(ledger);
    const total = (name: 'sent' | 'duplicated' | 'created') =>
      ledger.sessions.reduce((sum, session) => sum + session.messages[name], 0);
    expect(total('duplicated')).toBeGreaterThan(5);
    expect(total('sent')).toBeGreaterThan(total('created') + total('duplicated'));
    expect(ledger.sessions.filter((session) => session.offline).length).toBeGreaterThan(10);
    expect(ledger.counts).toMatchObject({ contradicted: 0, refused: 0, unauthorized: 0 });
  });

  it('cuts the socket before the answer and sends the same message again', async () => {
    platform.behaviour.before = () => sleep(20);
    const ledger = await simulate(options({ stations: specs(1, '1.6'), faults: { drop: 1 } }));
    expect(ledger.complete).toBe(true);
    expect(ledger.sessions).toMatchObject([{ messages: { created: 5, sent: 10, acknowledged: 5 } }]);
    // As it was, so that the platform knows it again by what it says.
    const starts = platform.calls.filter(({ call }) => call.action === 'StartTransaction').map(({ call }) => call.text);
    expect(starts).toEqual([starts[0], starts[0]]);
    expectEqual(ledger);
  });

  it('replays 2.x offline events as such, out of order, and tells nothing of it in 1.6', async () => {
    const faults = { offline: 1, reorder: 1 };
    await simulate(options({ stations: specs(1, '2.0.1'), sessions: 12, faults, seed: 3 }));
    const events = platform.calls.filter(({ call }) => call.action === 'TransactionEvent');
    const payloads = events.map(
      ({ call }) => call.payload as { seqNo: number; offline?: boolean; transactionInfo: { transactionId: string } },
    );
    expect(payloads.some(({ offline }) => offline) && payloads.some(({ offline }) => !offline)).toBe(true);
    const disordered = payloads.some((event, index) => {
      const before = payloads[index - 1];
      return (
        before?.transactionInfo.transactionId === event.transactionInfo.transactionId && before.seqNo > event.seqNo
      );
    });
    expect(disordered).toBe(true);
    const numbers = new Map<string, number[]>();
    for (const { transactionInfo, seqNo } of payloads) {
      numbers.set(transactionInfo.transactionId, [...(numbers.get(transactionInfo.transactionId) ?? []), seqNo]);
    }
    for (const seqNos of numbers.values()) expect(seqNos.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('draws no more than a station delivers', async () => {
    const stations = specs(1).map((spec) => ({ ...spec, maxPowerKw: 22 }));
    const ledger = await simulate(
      options({ stations, sessions: 10, session: { minutes: [60, 60], powerKw: [11, 150] } }),
    );
    for (const { energyWh } of ledger.sessions) expect(energyWh).toBeLessThanOrEqual(22_000);
  });

  it('gives the same sessions and faults for the same seed', async () => {
    const still = { now: () => new Date('2026-01-05T10:00:00Z') };
    const run = async (seed: number) => {
      const ledger = await simulate(
        options({ stations: specs(3), sessions: 9, clock: still, faults: { duplicate: 0.3 }, seed }),
      );
      return ledger.sessions.map((session) => ({ ...session, transactionId: null }));
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('comes back after refusals and cut connections, and loses nothing', async () => {
    platform.behaviour.handshake = 503;
    const running = simulate(options({ stations: specs(6), sessions: 60 }));
    await until(() => platform.refusals >= 6);
    platform.behaviour.handshake = 101;
    for (let round = 0; round < 5; round++) {
      const heard = platform.calls.length;
      await until(() => platform.calls.length > heard + 6);
      platform.cut();
    }
    const ledger = await running;
    expect(ledger.complete).toBe(true);
    expect(ledger.counts.failures).toBeGreaterThan(6);
    expectEqual(ledger);
  });

  it('keeps a message that was answered with an error', async () => {
    let refusals = 3;
    platform.behaviour.before = ({ action }) => {
      if (/Transaction/.test(action) && refusals-- > 0) throw new OcppError('InternalError');
    };
    const ledger = await simulate(options({ stations: specs(1, '2.1') }));
    expect([ledger.complete, ledger.counts.refused]).toEqual([true, 3]);
    expectEqual(ledger);
  });

  it('waits with its sessions until the platform registers the station', async () => {
    platform.behaviour.registration = 'Pending';
    const running = simulate(options({ stations: specs(1, '1.6') }));
    await until(() => platform.calls.length > 1);
    expect(new Set(platform.calls.map(({ call }) => call.action))).toEqual(new Set(['BootNotification']));
    platform.behaviour.registration = 'Accepted';
    expect((await running).complete).toBe(true);
  });

  it('does not charge for a token that is not accepted', async () => {
    platform.behaviour.tokenStatus = () => 'Invalid';
    const ledger = await simulate(options({ stations: specs(3), sessions: 6 }));
    expect([ledger.sessions, platform.all(), ledger.counts.unauthorized]).toEqual([[], [], 6]);
  });

  it.each(versions)('of %s ends the session when the start is answered with a refusal', async (version) => {
    platform.behaviour.tokenStatus = (_token, action) => (action === 'Authorize' ? 'Accepted' : 'Invalid');
    const ledger = await simulate(options({ stations: specs(1, version) }));
    expect(ledger.complete).toBe(true);
    expect(platform.all()).toMatchObject([{ reason: 'DeAuthorized', endedAt: ledger.sessions[0]?.endedAt }]);
    expect(ledger.sessions[0]?.messages.created).toBe(2);
  });

  it('gives up at the deadline and says what was not acknowledged', async () => {
    platform.behaviour.before = ({ action }) => {
      if (action === 'StopTransaction') throw new OcppError('InternalError');
    };
    const ledger = await simulate(options({ stations: specs(1, '1.6'), deadlineMs: 3_000 }));
    expect(ledger.complete).toBe(false);
    expect(ledger.sessions).toMatchObject([{ acknowledged: false, messages: { created: 5, acknowledged: 4 } }]);
    expect(
      ledgerLines(ledger)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(ledger.sessions);
  });

  it.each<[string, Partial<SimulateOptions>, string]>([
    ['another machine', { url: 'ws://192.0.2.1/ocpp' }, 'is not this machine'],
    ['a name that only looks local', { url: 'ws://127.0.0.1.example.org/ocpp' }, 'is not this machine'],
    ['another scheme', { url: 'http://127.0.0.1/ocpp' }, 'ws://'],
    ['no stations', { stations: [] }, 'stations'],
    ['two stations of one id', { stations: [...specs(1), ...specs(1)] }, 'unique'],
    ['boundless sessions', { sessions: 1e9 }, 'sessions'],
    [
      'a plan for stations whose EVSEs all wait to be asked',
      { stations: [{ ...specs(1)[0]!, evses: 2, onRequest: [1, 2] }] },
      'does not wait',
    ],
    ['no tokens', { idTokens: [] }, 'token'],
  ])('refuses %s', async (_case, change, sentence) => {
    await expect(simulate(options(change))).rejects.toThrow(sentence);
  });
});

describe('stations that charge until they are stopped', () => {
  it('charge live, one session after another, and end in order', async () => {
    const session = { minutes: [0.01, 0.02], gapMinutes: 0.002, samples: 1 } as const;
    const began = Date.now();
    const stations = startStations(options({ stations: specs(3), sessions: undefined, session }));
    await until(() => platform.all().filter(({ endedAt }) => endedAt).length >= 3);
    await until(() => stations.ledger().sessions.some(({ endedAt }) => !endedAt));
    const ledger = await stations.stop();
    expect(ledger.complete).toBe(true);
    expectEqual(ledger);
    for (const { startedAt } of ledger.sessions) {
      expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(Math.floor(began / 1_000) * 1_000);
      expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
    }
  });

  it('leave the EVSEs that wait to be asked to who asks, whose sessions may be of another kind', async () => {
    const station = { ...specs(1, '1.6')[0]!, evses: 2, onRequest: [1] };
    const session = { minutes: [0.01, 0.01], gapMinutes: 0.002, samples: 1 } as const;
    const remoteSession = { minutes: [5, 5] } as const;
    const stations = startStations(options({ stations: [station], sessions: undefined, session, remoteSession }));
    await until(() => platform.all().filter(({ endedAt }) => endedAt).length >= 2);
    expect(platform.all().every(({ evseId }) => evseId === 2)).toBe(true);
    const peer = platform.peers.get('CS-1') as unknown as RpcPeer<'ocpp1.6'>;
    const start = { idTag: 'AD-HOC', connectorId: 1 };
    await expect(peer.call('RemoteStartTransaction', start)).resolves.toEqual({ status: 'Accepted' });
    const seen = platform.all().length;
    await until(() => platform.all().filter(({ endedAt }) => endedAt).length >= seen + 2);
    const asked = platform.all().find(({ evseId }) => evseId === 1);
    await stations.stop();
    expect(asked?.idToken).toBe('AD-HOC');
  });

  it('stop at once, also where nobody listens', async () => {
    const stations = startStations(options({ url: 'ws://127.0.0.1:1/ocpp', sessions: undefined }));
    await sleep(20);
    await expect(stations.stop()).resolves.toMatchObject({ sessions: [], complete: true });
  });
});
