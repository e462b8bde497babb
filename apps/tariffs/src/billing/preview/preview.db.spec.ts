import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cursorAfter } from '@chargemesh/service';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { finalized, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { PreviewBody, PreviewView } from './preview.schema.js';

const API = '/api/tariffs/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const SINCE = '2026-01-01T00:00:00.000Z';
const MONTH = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

describe('a preview', () => {
  const clock = new ManualClock('2026-03-03T00:00:00Z');
  let platform: TestServices;
  let key: string;
  let theirs: string;
  const tariffId = uuidv7();

  const ask = <Body>(method: string, path: string, body?: unknown, by = key) =>
    platform.ask<Body>(by, method, `${API}/${path}`, body);
  const preview = <Body = PreviewView>(body: Partial<PreviewBody>, id: string = tariffId, by = key) =>
    ask<Body>('POST', `tariffs/${id}/preview`, { ...MONTH, ...body }, by);
  const cdrs = async () =>
    (await ask<{ items: { kind?: string; issuedAt: string; number: string }[] }>('GET', 'cdrs?order=oldest')).body
      .items;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    key = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    await ask('PUT', `tariffs/${tariffId}`, { name: 'Day', tariff: ocpiTariff(0.5) });
    const assignment = { tariffId, target: { scope: 'operator' }, validFrom: SINCE };
    await ask('PUT', `tariff-assignments/${uuidv7()}`, assignment);
    // 10 kWh and half an hour of parking each cost 8.00, and 9.52 with taxes; the last one is twice as long.
    const long = session({
      energyWh: 20_000,
      periods: [
        { startedAt: '2026-03-02T09:00:00Z', endedAt: '2026-03-02T10:00:00Z', energyWh: 20_000, kind: 'charging' },
      ],
    });
    const all = [session(), session(), long];
    await platform.send(all.flatMap((data) => [started(OURS, data), finalized(OURS, data)]));
    await eventually(async () => expect(await cdrs()).toHaveLength(3));
    // One is corrected: its first CDR and the credit of it count no longer.
    const corrected = { ...all[0], version: 9, energyWh: 0, periods: [] } as (typeof all)[number];
    await platform.send([finalized(OURS, corrected)]);
    await eventually(async () => expect(await cdrs()).toHaveLength(5));
  });

  afterAll(() => platform.stop());

  it('says what a month cost, and what it would have cost', async () => {
    const { body } = await preview({ tariff: ocpiTariff(0.6) });
    expect(body).toMatchObject({
      tariffId,
      currency: 'EUR',
      count: 3,
      skipped: 0,
      complete: true,
      old: { totalBeforeTaxes: '18.00', totalInclTaxes: '21.42' },
      new: { totalBeforeTaxes: '21.00', totalInclTaxes: '24.99' },
      difference: { totalBeforeTaxes: '3.00', totalInclTaxes: '3.57' },
      dearer: 2,
      cheaper: 0,
    });
    expect(body.largest).toMatchObject([
      { oldInclTaxes: '11.90', newInclTaxes: '14.28', difference: '2.38' },
      { oldInclTaxes: '9.52', newInclTaxes: '10.71', difference: '1.19' },
    ]);
  });

  it('of what is published already differs in nothing, and changes nothing', async () => {
    const before = await cdrs();
    const { body } = await preview({ tariff: ocpiTariff(0.5) });
    expect(body).toMatchObject({
      count: 3,
      difference: { totalInclTaxes: '0.00' },
      dearer: 0,
      cheaper: 0,
      largest: [],
    });
    expect(await cdrs()).toEqual(before);
  });

  it('is of the draft, if no tariff is given', async () => {
    expect((await preview<{ code: string }>({})).body.code).toBe('no-draft');
    await ask('PUT', `tariffs/${tariffId}/draft`, { name: 'Cheap', tariff: ocpiTariff(0.4) });
    expect((await preview({})).body).toMatchObject({ cheaper: 2, difference: { totalBeforeTaxes: '-3.00' } });
  });

  it('of a new tariff looks at the sessions of the one that it takes over from', async () => {
    const id = uuidv7();
    expect((await preview({ tariff: ocpiTariff(1) }, id)).body.count).toBe(0);
    expect((await preview({ tariff: ocpiTariff(1), sessionsOf: tariffId }, id)).body).toMatchObject({
      count: 3,
      dearer: 2,
    });
  });

  it('goes on after the CDR that an earlier answer ended with, and with those of the same moment', async () => {
    const [first, second] = await cdrs();
    expect(first?.issuedAt).toBe(second?.issuedAt);
    const after = (number: string) =>
      preview({ tariff: ocpiTariff(0.6), cursor: cursorAfter([first!.issuedAt, number]) });
    const all = (await preview({ tariff: ocpiTariff(0.6) })).body.count;
    expect((await after('')).body.count).toBe(all);
    expect((await after(second!.number)).body.count).toBeLessThan(all);
    expect((await after('CDR-000000002')).body.count).toBeGreaterThan(0);
    const foreign = await preview<{ code: string }>({ tariff: ocpiTariff(0.6), cursor: cursorAfter(['soon', '']) });
    expect([foreign.status, foreign.body.code]).toEqual([400, 'bad-request']);
  });

  it('leaves out what was issued at another time, in another currency, or by another operator', async () => {
    const tariff = ocpiTariff(0.6);
    expect((await preview({ tariff, to: '2026-03-02T00:00:00Z' })).body.count).toBe(0);
    expect((await preview({ tariff: { ...tariff, currency: 'CHF' } })).body).toMatchObject({ count: 0, skipped: 3 });
    expect((await preview({ tariff }, tariffId, theirs)).body.count).toBe(0);
  });

  it.each([
    [422, 'tariff-invalid', { tariff: { ...ocpiTariff(), currency: 'XXX' } }],
    [400, 'bad-request', { tariff: ocpiTariff(), to: MONTH.from }],
  ])('is refused with %i %s', async (status, code, body) => {
    const answer = await preview<{ code: string }>(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
