import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  CommandResult,
  type DataOf,
  type EventOf,
  LocationState,
  type StationCommand,
  StationState,
  newEvent,
  sealContextOf,
  stationCommands,
} from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { PLATFORM, type Platform } from '@chargemesh/service';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, place } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { evse, quote as shown } from '../../checkout/testing/pages.js';
import { paymentsService } from '../../index.js';
import { CHECKOUT, type Checkout, type Quote } from '../../payments/checkout.port.js';
import { passwordOf, slotOf } from '../one-time-passwords.js';
import { SECRET } from './rollouts.decide.js';
import type { RolloutView } from './rollouts.schema.js';
import { Rollouts } from './rollouts.service.js';
import { RolloutsStore } from './rollouts.store.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const ROLLOUTS = '/api/payments/v1/dynamic-code-rollouts';
const CODES = '/api/payments/v1/dynamic-codes';
const quote: Quote = { ...shown, offer: { ...shown.offer, locale: 'en' } };

type Told = DataOf<typeof StationCommand>;
type Status = DataOf<typeof CommandResult>['status'];

describe('secrets of dynamic codes that are rolled out to stations', () => {
  const clock = new ManualClock('2026-03-02T09:00:00.000Z');
  let platform: TestServices;
  let ours: string;
  let version = 0;

  const station = (stationId: string, more: Partial<EventOf<typeof StationState>['data']> = {}) => {
    const connectors = evse.connectors.map((connector) => ({ connectorId: 1, ...connector }));
    const evses = [1, 2].map((evseId) => ({ evseId, evseUid: `${stationId}-${evseId}`, connectors }));
    const data = { stationId, operatorId: OPERATOR, locationId: LOCATION_ID, released: true, connected: true, evses };
    version += 1;
    const whole = { ...data, ocppVersion: '2.1' as const, version, deleted: false, ...more };
    return newEvent(StationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data: whole });
  };

  beforeAll(async () => {
    const environment = { SANDBOX_PAYMENTS: 'true', CHECKOUT_URL: 'https://pay.example' };
    platform = await startTestServices([paymentsService], { clock, environment });
    ours = await platform.admit({ operatorId: OPERATOR });
    const data = { locationId: LOCATION_ID, operatorId: OPERATOR, ...place, publish: true, version: 1, deleted: false };
    await platform.send([newEvent(LocationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data })]);
  });
  beforeEach(() => {
    const checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
    jest.spyOn(checkout, 'quote').mockResolvedValue(quote);
  });
  afterAll(() => platform?.stop());

  const page = async (stationId: string, password?: string, cookie = '') => {
    const query = password === undefined ? '' : `?totp=${password}`;
    return fetch(`${platform.url}/pay/${stationId}:1${query}`, { headers: { cookie } });
  };
  const opens = async (...of: Parameters<typeof page>) => (await page(...of)).status === 200;
  const cookieOf = (opened: Response) =>
    opened.headers
      .getSetCookie()
      .map((kept) => kept.split(';')[0])
      .join('; ');

  async function know(stationId: string, more: Parameters<typeof station>[1] = {}): Promise<void> {
    await platform.send([station(stationId, more)]);
    await eventually(async () => expect((await page(stationId)).status).toBe(200));
  }

  /** Stations at a location of theirs. */
  async function knowLocation(stations: Readonly<Record<string, Parameters<typeof station>[1]>>): Promise<string> {
    const locationId = uuidv7();
    const data = { locationId, operatorId: OPERATOR, ...place, publish: true, version: 1, deleted: false };
    await platform.send([newEvent(LocationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data })]);
    for (const [stationId, more] of Object.entries(stations))
      await platform.send([station(stationId, { locationId, ...more })]);
    await platform.handled();
    return locationId;
  }

  const ask = (body: object, key = ours) => platform.ask<{ items: RolloutView[] }>(key, 'POST', ROLLOUTS, body);
  const stateOf = async ({ commandId }: Told) =>
    (await platform.ask<RolloutView>(ours, 'GET', `${ROLLOUTS}/${commandId}`)).body.state;

  async function asked(stationId: string, more: object = {}): Promise<{ told: Told; secret: string; code(): string }> {
    const { status, body } = await ask({ stationId, ...more });
    expect([status, body.items]).toMatchObject([202, [{ stationId, state: 'asked' }]]);
    const rolloutId = body.items[0]?.rolloutId;
    const told = await eventually(async () => {
      const found = (await platform.told(stationCommands)).find(({ data }) => data['commandId'] === rolloutId);
      if (!found) throw new Error('the station was asked for nothing yet');
      return found.data as unknown as Told;
    });
    const secret = secretIn(told);
    const rules = { secret, validityS: 30, length: 12 };
    return { told, secret, code: () => passwordOf(rules, slotOf(rules, clock.now())) };
  }

  function secretIn({ stationId, command }: Told): string {
    const variables = command.name === 'SetVariables' ? command.variables : [];
    const { value } = variables.find(({ sealed }) => sealed) ?? { value: '' };
    const { secretBox } = platform.app.get<Platform>(PLATFORM, { strict: false });
    return secretBox.open(Buffer.from(value, 'base64url'), sealContextOf(stationId, SECRET)) ?? '';
  }

  /** The station's word on its secret, and on all else. */
  async function answer({ commandId, stationId }: Told, status: Status, words: string[] = []): Promise<RolloutView> {
    const at = clock.now().toISOString();
    const names = [SECRET.variable, 'URLTemplate'];
    const setVariableResult = names.map((name, index) => {
      return { component: { name: SECRET.component }, variable: { name }, attributeStatus: words[index] ?? words[0] };
    });
    const said = words.length > 0 ? { answer: { setVariableResult } } : {};
    const data = { commandId, stationId, askedBy: 'payments', status, at, ...said };
    await platform.send([newEvent(CommandResult, { operatorId: OPERATOR, time: at, data })]);
    return eventually(async () => {
      const { body } = await platform.ask<RolloutView>(ours, 'GET', `${ROLLOUTS}/${commandId}`);
      if (body.state === 'asked') throw new Error('no answer yet');
      return body;
    });
  }

  it('are seen by nobody, and open the pages alone once the station has accepted', async () => {
    await know('CS-1');
    const { told, secret, code } = await asked('CS-1');
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(told.command).toMatchObject({
      name: 'SetVariables',
      variables: expect.arrayContaining([
        expect.objectContaining({ variable: 'URLTemplate', value: 'https://pay.example/pay/CS-1:{evse}?totp={totp}' }),
      ]),
    });
    // Whatever the station shows until it has answered.
    expect([await opens('CS-1'), await opens('CS-1', code())]).toEqual([true, true]);
    const accepted = await answer(told, 'accepted', ['Accepted']);
    expect(accepted).toMatchObject({ state: 'accepted', inForceAt: clock.now().toISOString() });
    expect([await opens('CS-1'), await opens('CS-1', code())]).toEqual([false, true]);
    const trail = await platform.ask(ours, 'GET', '/api/payments/v1/audit-trail');
    const list = await platform.ask<{ items: RolloutView[] }>(ours, 'GET', `${ROLLOUTS}?stationId=CS-1`);
    expect(list.body.items).toEqual([accepted]);
    expect(JSON.stringify(trail.body)).toContain('roll-out');
    expect(JSON.stringify([trail.body, list.body, await platform.told(stationCommands)])).not.toContain(secret);
  });

  it('take the place of those before when the station has them, which are good for codes still shown and who scanned them', async () => {
    await know('CS-2');
    const before = await asked('CS-2');
    await answer(before.told, 'accepted', ['Accepted']);
    const cookie = cookieOf(await page('CS-2', before.code()));
    const after = await asked('CS-2');
    expect(after.secret).not.toBe(before.secret);
    expect([await opens('CS-2', before.code()), await opens('CS-2', after.code())]).toEqual([true, true]);
    await answer(after.told, 'accepted', ['Accepted']);
    expect([await opens('CS-2', before.code()), await opens('CS-2', after.code())]).toEqual([true, true]);
    clock.advance(61);
    expect([await opens('CS-2', before.code()), await opens('CS-2', after.code())]).toEqual([false, true]);
    expect(await opens('CS-2', undefined, cookie)).toBe(true);
    clock.advance(900);
    expect(await opens('CS-2', undefined, cookie)).toBe(false);
  });

  it('change nothing where the station refuses them or has no such codes, which is said', async () => {
    await know('CS-3');
    const before = await asked('CS-3');
    await answer(before.told, 'accepted', ['Accepted']);
    const refused = await asked('CS-3');
    expect(await answer(refused.told, 'rejected', ['Rejected'])).toMatchObject({ state: 'rejected' });
    expect([await opens('CS-3', before.code()), await opens('CS-3', refused.code())]).toEqual([true, false]);
    const unknown = await asked('CS-3');
    expect(await answer(unknown.told, 'rejected', ['UnknownComponent'])).toMatchObject({ state: 'not-supported' });
    expect([await opens('CS-3', before.code()), await opens('CS-3', unknown.code())]).toEqual([true, false]);
  });

  it.each<[string, Status, string[], RolloutView['state']]>([
    ['CS-4', 'accepted', ['RebootRequired'], 'reboot-required'],
    ['CS-5', 'timed-out', [], 'unanswered'],
  ])(
    'are in force with the first code that is made with them, where nothing else says so: %s',
    async (id, status, words, state) => {
      await know(id);
      const { told, code } = await asked(id);
      expect(await answer(told, status, words)).toMatchObject({ state });
      expect(await opens(id)).toBe(true);
      expect(await opens(id, code())).toBe(true);
      expect(await opens(id)).toBe(false);
      const { body } = await platform.ask<RolloutView>(ours, 'GET', `${ROLLOUTS}/${told.commandId}`);
      expect(body.state).toBe('accepted');
    },
  );

  it('are good for nothing once the operator has static codes again, whatever the station answers later', async () => {
    await know('CS-6');
    const first = await asked('CS-6');
    await answer(first.told, 'accepted', ['Accepted']);
    const second = await asked('CS-6');
    expect((await platform.ask(ours, 'DELETE', `${CODES}/CS-6`)).status).toBe(204);
    expect(await stateOf(second.told)).toBe('unanswered');
    await answer(second.told, 'accepted', ['Accepted']);
    await platform.handled();
    expect([await opens('CS-6', second.code()), await opens('CS-6')]).toEqual([true, true]);
    expect((await asked('CS-6')).told.commandId).not.toBe(second.told.commandId);
  });

  it.each<[string, Status | 'none']>([
    ['CS-11', 'none'],
    ['CS-12', 'timed-out'],
  ])('can be taken back before anything shows that the station has them, once: %s', async (id, status) => {
    await know(id);
    const { told, code } = await asked(id);
    if (status !== 'none') await answer(told, status);
    expect((await platform.ask(ours, 'DELETE', `${CODES}/${id}`)).status).toBe(204);
    expect((await platform.ask(ours, 'DELETE', `${CODES}/${id}`)).status).toBe(404);
    expect(await opens(id, code())).toBe(true);
    expect([await stateOf(told), await opens(id)]).toEqual(['unanswered', true]);
  });

  it('give way to one that an operator sets by hand, whatever the station answers later', async () => {
    await know('CS-13');
    const { told, code } = await asked('CS-13');
    const byHand = { secret: 'sixteen-letters!', validityS: 30, length: 12 };
    const { secret: sharedSecret, ...rules } = byHand;
    const put = await platform.ask(ours, 'PUT', `${CODES}/CS-13`, { sharedSecret, ...rules });
    expect([put.status, await stateOf(told)]).toEqual([200, 'unanswered']);
    await answer(told, 'accepted', ['Accepted']);
    await platform.handled();
    const shown = passwordOf(byHand, slotOf(byHand, clock.now()));
    expect([await opens('CS-13', code()), await opens('CS-13', shown)]).toEqual([false, true]);
  });

  it('are kept no longer than anybody is let in by them after they were replaced', async () => {
    await know('CS-14');
    for (const { told } of [await asked('CS-14')]) await answer(told, 'accepted', ['Accepted']);
    for (const { told } of [await asked('CS-14')]) await answer(told, 'accepted', ['Accepted']);
    const kept = async () => {
      await platform.app.get(Rollouts, { strict: false }).forgetReplaced();
      const store = platform.app.get(RolloutsStore, { strict: false });
      const database = platform.app.get(Database, { strict: false });
      return database.transaction([OPERATOR], (tx) => store.others(tx, OPERATOR, 'CS-14'));
    };
    clock.advance(2 * 30 + 899);
    expect(await kept()).toHaveLength(1);
    clock.advance(1);
    expect(await kept()).toEqual([]);
  });

  it('go to all stations of OCPP 2.1 at a location, to those once that have not answered yet', async () => {
    const locationId = await knowLocation({ 'CS-7': {}, 'CS-8': {}, 'CS-9': { ocppVersion: '1.6' } });
    const { told } = await asked('CS-7');
    const { status, body } = await ask({ locationId });
    expect([status, body.items]).toMatchObject([
      202,
      [
        { rolloutId: told.commandId, stationId: 'CS-7' },
        { stationId: 'CS-8', state: 'asked' },
      ],
    ]);
    expect((await ask({ locationId })).body.items).toEqual(body.items);
    for (const otherwise of [{ perEvse: true }, { validityS: 60 }, { length: 13 }])
      expect((await ask({ locationId, ...otherwise })).status).toBe(409);
  });

  it('go to no station at a location where one that is connected has not told its OCPP', async () => {
    const ocppVersion = undefined;
    const away = { ocppVersion, connected: false };
    const locationId = await knowLocation({ 'CS-15': {}, 'CS-16': { ocppVersion }, 'CS-17': away });
    const refused = await platform.ask(ours, 'POST', ROLLOUTS, { locationId });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('CS-16') } });
    await know('CS-16', { locationId });
    await platform.handled();
    expect((await ask({ locationId })).body.items).toMatchObject([{ stationId: 'CS-15' }, { stationId: 'CS-16' }]);
  });

  it.each([0, 21])('are told EVSE by EVSE to stations of 1 to 20, and not of %i', async (count) => {
    const evses = Array.from({ length: count }, (_, index) => ({
      ...{ evseId: index + 1, evseUid: `many-${index}` },
      connectors: [{ connectorId: 1, ...evse.connectors[0]! }],
    }));
    const locationId = await knowLocation({ [`CS-of-${count}`]: { evses } });
    const refused = await platform.ask(ours, 'POST', ROLLOUTS, { locationId, perEvse: true });
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringContaining(`CS-of-${count}`) } });
    expect((await ask({ locationId })).status).toBe(202);
  });

  it('are asked for by administrators, for stations of their own that speak OCPP 2.1', async () => {
    await know('CS-10', { ocppVersion: '2.0.1' });
    const operator = await platform.admit({ operatorId: OPERATOR, role: 'operator' });
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    expect((await ask({ stationId: 'CS-10' })).status).toBe(400);
    expect((await ask({})).status).toBe(400);
    expect((await ask({ stationId: 'CS-1', locationId: LOCATION_ID })).status).toBe(400);
    expect((await ask({ locationId: uuidv7() })).status).toBe(404);
    expect((await ask({ stationId: 'CS-nowhere' })).status).toBe(404);
    await eventually(async () => expect((await ask({ stationId: 'CS-1' }, theirs)).status).toBe(404));
    await eventually(async () => expect((await ask({ stationId: 'CS-1' }, operator)).status).toBe(403));
  });
});

describe('secrets of dynamic codes where nobody has said where drivers reach the pages', () => {
  let platform: TestServices;

  beforeAll(async () => {
    platform = await startTestServices([paymentsService], { environment: { SANDBOX_PAYMENTS: 'true' } });
  });
  afterAll(() => platform?.stop());

  it('are rolled out to no station', async () => {
    const ours = await platform.admit({ operatorId: OPERATOR });
    const refused = await platform.ask(ours, 'POST', ROLLOUTS, { stationId: 'CS-1' });
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('CHECKOUT_URL') } });
  });
});
