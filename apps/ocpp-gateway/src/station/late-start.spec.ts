import { describe, expect, it } from '@jest/globals';
import { bootNotification as boot16 } from '../ocpp16/boot-notification.js';
import { startTransaction } from '../ocpp16/start-transaction.js';
import { statusNotification as status16 } from '../ocpp16/status-notification.js';
import { bootNotification as boot2 } from '../ocpp2/boot-notification.js';
import { statusNotification as status2 } from '../ocpp2/status-notification.js';
import { transactionEvent } from '../ocpp2/transaction-event.js';
import { NOW, contextOf, recordingPorts } from '../testing/ports.js';
import { lateStartFlag } from './late-start.js';
import { ToldTimes } from './told-times.js';

const DOUBTFUL = 'start-time-doubtful';

const ago = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

describe('a start that came late', () => {
  it.each<[string, connected: number, start: number, offline: boolean, isDoubtful: boolean]>([
    ['hours, on a connection that stood before it', 600, 480, false, true],
    ['hours, on a connection that is younger than that, and stood for a while', 20, 120, false, true],
    ['hours, from the queue of a station that was offline', 5, 480, false, false],
    ['hours, as the station says from its queue', 600, 480, true, false],
    ['minutes', 600, 10, false, false],
    ['never', 600, 0, false, false],
  ])('%s', (_what, connected, start, offline, isDoubtful) => {
    const context = contextOf('1.6', { connectedAt: ago(connected) });
    expect(lateStartFlag(context, ago(start), offline)).toBe(isDoubtful ? DOUBTFUL : undefined);
  });
});

it('a start that came hours late on a connection that stood waited for an answer where the clock was right just before', () => {
  const connectedAt = ago(600);
  const toldTimes = new ToldTimes();
  const context = contextOf('1.6', { connectedAt, toldTimes });
  expect(lateStartFlag(context, ago(35), false)).toBe(DOUBTFUL);
  toldTimes.said(ago(0.2), { receivedAt: ago(0.2), connectedAt });
  expect(lateStartFlag(context, ago(35), false)).toBeUndefined();
});

it('a start that is late by whole half hours may be by a clock of another zone, whatever its connectors show', () => {
  const connectedAt = ago(600);
  const toldTimes = new ToldTimes();
  toldTimes.said(ago(0.2), { receivedAt: ago(0.2), connectedAt });
  const context = contextOf('1.6', { connectedAt, toldTimes });
  expect([60.05, 330].map((minutes) => lateStartFlag(context, ago(minutes), false))).toEqual([DOUBTFUL, DOUBTFUL]);
});

/** Something that a station told: how many seconds before the start came, and how many before that it had happened. */
type Told = [before: number, late: number];

describe('a start that came soon after the connection', () => {
  const MINUTES = 60;
  const isDoubted = (lateS: number, bootedS: number | undefined, ...told: Told[]): boolean => {
    const toldTimes = new ToldTimes();
    if (bootedS !== undefined) toldTimes.booted(ago(bootedS / 60));
    const connectedAt = ago(10);
    for (const [before, late] of told)
      toldTimes.said(ago((before + late) / 60), { receivedAt: ago(before / 60), connectedAt });
    const context = contextOf('1.6', { connectedAt, toldTimes });
    return lateStartFlag(context, ago(lateS / 60), false) === DOUBTFUL;
  };

  it.each<[string, boolean]>([
    ['as late as what was told a minute before it', isDoubted(40 * MINUTES, 120, [118, 2_402], [60, 2_400])],
    ['as late as that, without a boot', isDoubted(40 * MINUTES, undefined, [60, 2_395])],
    ['by a clock that is ten minutes behind', isDoubted(10 * MINUTES, 120, [60, 600])],
    ['from before the boot, minutes after that', isDoubted(40 * MINUTES, 120)],
    ['from before the boot, with what was later', isDoubted(40 * MINUTES, 120, [118, 3_000])],
  ])('is doubtful: %s', (_case, isDoubtful) => {
    expect(isDoubtful).toBe(true);
  });

  it.each<[string, boolean]>([
    ['right after the boot', isDoubted(40 * MINUTES, 50)],
    ['in a burst with what was queued', isDoubted(40 * MINUTES, 58, [20, 2_405], [10, 2_401])],
    ['after its station said in time what its connectors do', isDoubted(40 * MINUTES, 120, [118, 1])],
    ['by a clock that is a little ahead', isDoubted(40 * MINUTES, 120, [118, -2])],
    [
      'after its station said when it began to charge, and that at another connector',
      isDoubted(40 * MINUTES, 120, [118, 2_272], [60, 2_400]),
    ],
    ['by a clock that is minutes behind', isDoubted(4 * MINUTES, 120, [60, 240])],
    ['without a boot, and nothing was told', isDoubted(40 * MINUTES, undefined)],
    ['after another pause than it was late', isDoubted(40 * MINUTES, undefined, [60, 2_430])],
  ])('is taken for queued: %s', (_case, isDoubtful) => {
    expect(isDoubtful).toBe(false);
  });

  it.each(['1.6', '2.0.1'] as const)('is doubtful in OCPP %s as late as its connector was', async (version) => {
    const toldTimes = new ToldTimes();
    const ports = recordingPorts();
    const behind = (minutes: number): string => ago(minutes + 40);
    const arriving = (minutes: number) =>
      contextOf(version, { connectedAt: ago(3), receivedAt: ago(minutes), toldTimes });
    if (version === '1.6') {
      await boot16({ chargePointVendor: 'V', chargePointModel: 'M' } as never, arriving(3), ports);
      const preparing = { connectorId: 1, errorCode: 'NoError', status: 'Preparing', timestamp: behind(1) };
      await status16(preparing as never, arriving(1), ports);
      const start = { connectorId: 1, idTag: 'CARD1', meterStart: 1_000, timestamp: behind(0) };
      await startTransaction(start as never, arriving(0), ports);
    } else {
      const chargingStation = { vendorName: 'V', model: 'M' };
      await boot2({ reason: 'PowerUp', chargingStation } as never, arriving(3), ports);
      const occupied = { evseId: 1, connectorId: 1, connectorStatus: 'Occupied', timestamp: behind(1) };
      await status2(occupied as never, arriving(1), ports);
      const start = { eventType: 'Started', seqNo: 0, triggerReason: 'Authorized', timestamp: behind(0) };
      await transactionEvent({ ...start, transactionInfo: { transactionId: 'T1' } } as never, arriving(0), ports);
    }
    expect(ports.published.at(-1)?.data).toMatchObject({ flags: [DOUBTFUL] });
  });

  it('is taken for queued where its connectors say no time of their own', async () => {
    const toldTimes = new ToldTimes();
    const context = contextOf('1.6', { receivedAt: ago(1), toldTimes });
    const preparing = { connectorId: 1, errorCode: 'NoError', status: 'Preparing' };
    await status16(preparing as never, context, recordingPorts());
    expect(toldTimes.before(Date.parse(NOW)).told).toEqual([]);
  });
});
