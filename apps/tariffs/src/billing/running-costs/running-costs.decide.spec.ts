import { describe, expect, it } from '@jest/globals';
import { SessionEnded, SessionUpdated, newEvent } from '@chargemesh/contracts';
import { compileTariff } from '@chargemesh/rating';
import { session, started } from '@chargemesh/testing/billing';
import type { TaxedVersion } from '../../price-list/pricing/pin.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { RunningCost } from './running-cost.js';
import {
  COUNTED_EVERY_MS,
  SILENT_AFTER_MS,
  counted,
  heard,
  isTimed,
  opened,
  withNextTelling,
} from './running-costs.decide.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const START = Date.parse('2026-03-02T09:00:00.000Z');
const after = (minutes: number): Date => new Date(START + minutes * 60_000);
const tariff = ocpiTariff(0.5);
const compiled = compileTariff(tariff, { timeZone: 'Europe/Berlin' });
const version = {
  tariffId: '01930000-0000-7000-8000-000000000021',
  tariffVersion: 2,
  vatPercent: null,
  vatTreatment: null,
  tariff,
} as Partial<TaxedVersion> as TaxedVersion;
const data = session({ startedAt: after(0).toISOString() });
const begun = opened(started(OPERATOR, data), version, after(0));
const INTERVAL_MS = 10_000;

const subject = { sessionId: data.sessionId, stationId: 'CS-1', evseId: 1, transactionId: '1' };
const updated = (minutes: number, energyWh: number, more: { version?: number; idleSince?: string } = {}) => {
  const at = after(minutes).toISOString();
  return newEvent(SessionUpdated, {
    operatorId: OPERATOR,
    time: at,
    data: { ...subject, version: 2, at, energyWh, ...more },
  });
};
const ended = (minutes: number, energyWh: number, ofVersion = 9) => {
  const endedAt = after(minutes).toISOString();
  const end = { ...subject, version: ofVersion, endedAt, energyWh, reason: 'Local' };
  return newEvent(SessionEnded, { operatorId: OPERATOR, time: endedAt, data: end });
};
const costing = (totalInclTaxes: string, more: Partial<RunningCost> = {}): RunningCost => ({
  ...begun,
  totalInclTaxes,
  ...more,
});

describe('a running cost', () => {
  it('is nothing at the start', () => {
    expect(begun).toMatchObject({
      currency: 'EUR',
      totalInclTaxes: '0.00',
      tellings: 0,
      dueAt: new Date(START + COUNTED_EVERY_MS),
    });
  });

  it('is what the readings make it', () => {
    const cost = counted(heard(begun, updated(30, 10_000), after(30)), compiled, true, after(30));
    expect(cost).toMatchObject({ totalBeforeTaxes: '5.00', totalInclTaxes: '5.95', costedAt: after(30) });
  });

  it('rises with time where time is priced, as much as has passed since the reading came', () => {
    const idle = heard(begun, updated(30, 10_000, { idleSince: after(30).toISOString() }), after(31));
    expect(counted(idle, compiled, true, after(61))).toMatchObject({ totalBeforeTaxes: '8.00', costedAt: after(60) });
    expect(counted(idle, compiled, false, after(61))).toMatchObject({ totalBeforeTaxes: '5.00', costedAt: after(30) });
  });

  it('does not go back a little because the next reading is of a little earlier', () => {
    const idleSince = after(10).toISOString();
    const idle = heard(begun, updated(10, 5_000, { idleSince }), after(10));
    const before = counted(idle, compiled, true, after(20));
    const next = heard(before, updated(19, 5_000, { version: 3, idleSince }), after(20));
    expect(counted(next, compiled, true, after(20)).totalInclTaxes).toBe(before.totalInclTaxes);
  });

  it('takes nothing from an event that is older than the last one', () => {
    const cost = heard(begun, updated(30, 10_000, { version: 5 }), after(30));
    expect(heard(cost, updated(20, 4_000, { version: 4 }), after(31))).toBe(cost);
  });

  it('stops with the session', () => {
    const cost = heard(heard(begun, updated(30, 10_000), after(30)), ended(30, 10_000), after(31));
    expect(counted(cost, compiled, true, after(90))).toMatchObject({ totalBeforeTaxes: '5.00', costedAt: after(30) });
    expect(withNextTelling(costing('0.00', { ended: true }), true, INTERVAL_MS, after(31)).cost.dueAt).toBeNull();
  });
});

describe('a running cost is told', () => {
  it('when it changed by a minor unit', () => {
    const { cost, tell } = withNextTelling(costing('0.01'), false, INTERVAL_MS, after(1));
    expect([tell, cost]).toMatchObject([true, { tellings: 1, toldAt: after(1), toldInclTaxes: '0.01', dueAt: null }]);
    expect(withNextTelling(cost, false, INTERVAL_MS, after(9)).tell).toBe(false);
  });

  it('not sooner after the last time than the interval, but then', () => {
    const early = costing('0.02', { tellings: 1, toldAt: after(1), toldInclTaxes: '0.01' });
    const soon = withNextTelling(early, false, INTERVAL_MS, new Date(after(1).getTime() + 9_999));
    expect([soon.tell, soon.cost.dueAt]).toEqual([false, new Date(after(1).getTime() + INTERVAL_MS)]);
    const due = withNextTelling(soon.cost, false, INTERVAL_MS, new Date(after(1).getTime() + INTERVAL_MS));
    expect([due.tell, due.cost.dueAt]).toEqual([true, null]);
  });

  it('every minute at least where time is priced, until the session is not heard of for a day', () => {
    expect(withNextTelling(costing('0.00'), true, INTERVAL_MS, after(5)).cost.dueAt).toEqual(
      new Date(after(5).getTime() + COUNTED_EVERY_MS),
    );
    expect(COUNTED_EVERY_MS).toBeLessThan(60_000);
    const late = new Date(START + SILENT_AFTER_MS);
    expect(withNextTelling(costing('0.00'), true, INTERVAL_MS, late).cost.dueAt).toBeNull();
  });
});

it.each([
  [true, { type: 'TIME', price: 1 }, undefined],
  [true, { type: 'PARKING_TIME', price: 1 }, undefined],
  [true, { type: 'FLAT', price: 1 }, { min_duration: 60 }],
  [false, { type: 'FLAT', price: 1 }, undefined],
  [false, { type: 'TIME', price: 0 }, undefined],
  [false, { type: 'ENERGY', price: 1 }, { min_duration: 60 }],
])('time alone changes the price: %j for %j with %j', (timed, component, restrictions) => {
  const elements = [
    { price_components: [component as { type: 'TIME'; price: number }], ...(restrictions && { restrictions }) },
  ];
  expect(isTimed({ currency: 'EUR', elements })).toBe(timed);
});
