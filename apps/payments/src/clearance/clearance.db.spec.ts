import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LocationState, StationState, newEvent } from '@chargemesh/contracts';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { place } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from '../index.js';

const [OURS, THEIRS] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
let platform: TestServices;
let [ours, theirs] = ['', ''];

beforeAll(async () => {
  platform = await startTestServices([paymentsService]);
  ours = await platform.admit({ operatorId: OURS });
  theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
  await platform.send([...stationIn('DEU'), ...stationIn('FRA'), ...stationIn('ITA'), ...stationIn('NLD').slice(0, 1)]);
});
afterAll(() => platform?.stop());

function stationIn(country: string) {
  const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
  const known = { operatorId: OURS, version: 1, deleted: false, locationId: uuidv7() };
  const station = { ...known, stationId: `CS-${country}`, released: true, connected: true, evses: [] };
  return [
    newEvent(LocationState, { ...about, data: { ...known, ...place, country, publish: true } }),
    newEvent(StationState, { ...about, data: station }),
  ];
}
const clearance = (key: string) =>
  platform.ask<{ countries: object[] }>(key, 'GET', '/api/payments/v1/ad-hoc-clearance');

it('tells an operator, of its own countries alone, where ad hoc sales are cleared and why not', async () => {
  await eventually(async () =>
    expect((await clearance(ours)).body.countries).toMatchObject([
      { country: 'DEU', stations: 1, cleared: true },
      { country: 'FRA', stations: 1, cleared: false, reason: 'not-looked-up' },
      { country: 'ITA', stations: 1, cleared: false, reason: 'registration-missing' },
      { country: 'NLD', stations: 0, cleared: false, reason: 'not-looked-up' },
    ]),
  );
  expect((await clearance(theirs)).body).toEqual({ countries: [] });
});

it('is for the operator to say otherwise, by an admin and with a reason, for itself alone', async () => {
  const path = '/api/payments/v1/ad-hoc-clearance/FRA';
  const viewer = await platform.admit({ operatorId: OURS, role: 'operator' });
  const body = { reason: 'Our accountant has looked it up' };
  expect((await platform.ask(ours, 'PUT', path, { reason: ' ' })).status).toBe(400);
  expect((await platform.ask(viewer, 'PUT', path, body)).status).toBe(403);
  expect((await platform.ask(ours, 'PUT', path, body)).body).toMatchObject({ country: 'FRA', ...body });
  const [, france] = (await clearance(ours)).body.countries;
  expect(france).toMatchObject({ cleared: true, reason: 'not-looked-up', own: body });
  expect((await clearance(theirs)).body).toEqual({ countries: [] });
  expect((await platform.ask(theirs, 'DELETE', path)).status).toBe(404);
  expect((await platform.ask(ours, 'DELETE', path)).status).toBe(204);
});
