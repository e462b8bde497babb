import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthorizeRequested,
  CommandResult,
  type DataOf,
  type Event,
  ReportDataReceived,
  type SessionFinalized,
  type SessionStarted,
  StartRequested,
  type StationCommand,
  type StationEvent,
  StopRequested,
  type TokenState,
  authorizeReplies,
  newEvent,
  sessions,
  startResults,
  stationCommands,
  tokens,
} from '@chargemesh/contracts';
import { asAdmin } from '@chargemesh/persistence/testing';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { sessionsService } from '../index.js';
import { StartTokensRetention } from './start-tokens.retention.js';
import { OPERATOR_ID, at, ended, started, updated } from '../testing/facts.js';
import { locationState, stationState } from '../testing/states.js';

type Start = DataOf<typeof StartRequested>;
type Answer = Record<string, unknown>;

const price = { tariffId: '01930000-0000-7000-8000-0000000000b1', tariffVersion: 3, vatPercent: '19' };

describe('a start that is asked for', () => {
  const clock = new ManualClock(at('12:00'));
  let platform: TestServices;
  let key: string;
  let stations = 0;

  beforeAll(async () => {
    platform = await startTestServices([sessionsService], { clock, environment: { SESSION_QUIET_S: '0' } });
    key = await platform.admit({ operatorId: OPERATOR_ID });
    await platform.send([locationState()]);
    await platform.handled();
  });
  afterAll(() => platform.stop());

  const ask = (method: string, path: string, body?: unknown) =>
    platform.ask<unknown>(key, method, `/api/sessions/v1/${path}`, body);
  const minutes = (after: number) => new Date(clock.now().getTime() + after * 60_000).toISOString();
  const now = () => minutes(0);
  const about = () => ({ operatorId: OPERATOR_ID, time: now() });

  /** A station that is known here, and connected or not. */
  async function station(connected = true): Promise<string> {
    const stationId = `A-${++stations}`;
    await platform.send([stationState(stationId, { connected })]);
    await eventually(async () => {
      const { body } = await ask('POST', 'remote-starts', { stationId, tokenUid: 'NOBODY' });
      expect((body as { code: string }).code).toBe(connected ? 'token-not-accepted' : 'station-not-connected');
    });
    return stationId;
  }

  function start(stationId: string, more: Partial<Start> = {}) {
    const tokenUid = randomBytes(10).toString('hex');
    const named = { requestId: uuidv7(), stationId, evseId: 1, tokenUid, price, expiresAt: minutes(5) };
    return newEvent(StartRequested, { ...about(), data: { ...named, ...more } });
  }
  const stop = ({ data: { requestId } }: { data: Pick<Start, 'requestId'> }, stopId = uuidv7()) =>
    newEvent(StopRequested, { ...about(), data: { requestId, stopId, reason: 'driver' } });

  const told = async <Data>(topic: Parameters<TestServices['told']>[0], of: (event: Event) => boolean) =>
    (await platform.told(topic)).filter(of).map((event) => ({ type: event.type, ...(event.data as Data) }));
  const answers = (requestId: string) => told<Answer>(startResults, ({ data }) => data['requestId'] === requestId);
  const commands = (stationId: string) =>
    told<DataOf<typeof StationCommand>>(stationCommands, ({ data }) => data['stationId'] === stationId);
  const statesOf = (uid: string) => told<DataOf<typeof TokenState>>(tokens, ({ data }) => data['uid'] === uid);
  const sessionOf = <Data>(stationId: string, type: string) =>
    told<Data>(sessions, (event) => event.type === type && event.data['stationId'] === stationId);

  const many = <Item>(find: () => Promise<Item[]>, count: number) =>
    eventually(async () => {
      const found = await find();
      expect(found).toHaveLength(count);
      return found;
    });
  /** Waits until a request that comes after others has been taken. */
  const taken = async () => {
    const last = start('NOWHERE');
    await platform.send([last]);
    await many(() => answers(last.data.requestId), 1);
  };

  /** A start whose command the station has got. */
  async function asked(more: Partial<Start> = {}) {
    const stationId = await station();
    const request = start(stationId, more);
    await platform.send([request]);
    const [command] = await many(() => commands(stationId), 1);
    return { stationId, request, commandId: command!.commandId, uid: request.data.tokenUid };
  }
  const result = (commandId: string, stationId: string, status: DataOf<typeof CommandResult>['status']) =>
    newEvent(CommandResult, { ...about(), data: { commandId, stationId, askedBy: 'sessions', status, at: now() } });
  const begins = (stationId: string, uid: string, more: Partial<DataOf<typeof StationCommand>> | object = {}) =>
    started(now(), 1_000, { stationId, idToken: { value: uid, type: 'Central' }, ...more });
  async function authorized(stationId: string, uid: string, more: object = {}): Promise<unknown> {
    const requestId = uuidv7();
    const asking = { requestId, replyTo: 'gateway', expiresAt: minutes(1), stationId, at: now() };
    const idToken = { value: uid, type: 'Central' };
    await platform.send([newEvent(AuthorizeRequested, { ...about(), data: { ...asking, idToken, ...more } })]);
    const [reply] = await many(() => told<Answer>(authorizeReplies, ({ data }) => data['requestId'] === requestId), 1);
    return reply!['status'];
  }

  it('is asked of the station by a token of its own, and answered by what the station says first', async () => {
    const { stationId, request, commandId, uid } = await asked();
    expect(await commands(stationId)).toMatchObject([
      {
        command: { name: 'RequestStartTransaction', evseId: 1, idToken: { value: uid, type: 'Central' } },
        priority: 'high',
      },
    ]);
    const { expiresAt, requestId } = request.data;
    expect(await statesOf(uid)).toMatchObject([
      { type: 'AD_HOC_USER', valid: true, expiresAt, countryCode: 'DE', partyId: 'ABC', contractId: `DE-ABC-${uid}` },
    ]);
    await platform.send([result(commandId, stationId, 'accepted'), result(commandId, stationId, 'rejected')]);
    const answered = await many(() => answers(requestId), 1);
    expect(answered).toMatchObject([{ type: 'start-answered', stationId, evseId: 1, status: 'accepted' }]);
  });

  it('has its token forgotten long after its time, and no other', async () => {
    const { uid } = await asked();
    const own = { type: 'AD_HOC_USER', contractId: 'DE-ABC-OWN', issuer: 'ABC', valid: true, whitelist: 'NEVER' };
    expect((await ask('PUT', 'tokens/OWN', { ...own, expiresAt: minutes(1) })).status).toBe(200);
    const retention = platform.app.get(StartTokensRetention, { strict: false });
    await retention.forget();
    expect((await ask('GET', `tokens/${uid}`)).status).toBe(200);
    await asAdmin(platform.adminUrl, (admin) =>
      admin.query(`UPDATE sessions.tokens SET expires_at = expires_at - interval '401 days' WHERE uid = ANY ($1)`, [
        [uid, 'OWN'],
      ]),
    );
    await retention.forget();
    expect((await ask('GET', `tokens/${uid}`)).status).toBe(404);
    expect((await ask('GET', 'tokens/OWN')).status).toBe(200);
    await eventually(async () => expect((await statesOf(uid)).at(-1)).toMatchObject({ version: 2, deleted: true }));
  });

  describe('with what it may come to at most', () => {
    const limit = { maxCost: '47.50', maxEnergyWh: 80_509 };
    async function of21(variables: object[] = []) {
      const stationId = `A-${++stations}`;
      await platform.send([stationState(stationId, { ocppVersion: '2.1' })]);
      await eventually(async () => {
        const { body } = await ask('POST', 'remote-starts', { stationId, tokenUid: 'NOBODY' });
        expect((body as { code: string }).code).toBe('token-not-accepted');
      });
      if (variables.length > 0) {
        await platform.send([reportOf(stationId, variables)]);
        await isKnownOf(stationId);
      }
      const request = start(stationId, { limit });
      await platform.send([request]);
      return { stationId, uid: request.data.tokenUid };
    }
    const isKnownOf = (stationId: string) =>
      eventually(async () => {
        const sql = 'SELECT 1 FROM sessions.supported_limits WHERE station_id = $1';
        const { rows } = await asAdmin(platform.adminUrl, (admin) => admin.query(sql, [stationId]));
        expect(rows).toHaveLength(1);
      });
    const reportOf = (stationId: string, variables: object[]) => {
      const named = { stationId, epoch: 1, receivedAt: now(), messageId: uuidv7(), digest: 'd', requestId: 1 };
      return newEvent(ReportDataReceived, { ...about(), data: { ...named, part: 0, last: true, variables } as never });
    };
    const limitAt = async (stationId: string, uid: string) => {
      await authorized(stationId, uid, { evseId: 1, transactionId: 'T' });
      const [reply] = (await told<Answer>(authorizeReplies, ({ data }) => data['stationId'] === stationId)).slice(-1);
      return reply?.['limit'];
    };

    it('asks a station of OCPP 2.1 after the start which limits it can hold to, and says the cost as long as it has not said', async () => {
      const { stationId, uid } = await of21();
      const asked = await many(() => commands(stationId), 2);
      const question = { name: 'GetVariables', variables: [{ component: 'TxCtrlr', variable: 'SupportedLimits' }] };
      expect(asked).toMatchObject([
        { command: { name: 'RequestStartTransaction' }, priority: 'high' },
        { command: question, priority: 'low', silent: true },
      ]);
      expect(await limitAt(stationId, uid)).toEqual({ maxCost: '47.50' });
    });

    it('asks a station that never answers no more than once a day', async () => {
      const { stationId } = await of21();
      await many(() => commands(stationId), 2);
      const questions = async () =>
        (await commands(stationId)).filter(({ command }) => command.name === 'GetVariables').length;
      const startAgain = async () => {
        const before = (await commands(stationId)).length;
        await platform.send([start(stationId, { limit })]);
        await eventually(async () => expect((await commands(stationId)).length).toBeGreaterThan(before));
        await platform.handled();
        return questions();
      };
      expect(await startAgain()).toBe(1);
      clock.advance(86_400);
      expect(await startAgain()).toBe(2);
    });

    it('says what the station can, and asks it no more', async () => {
      const supported = { component: 'TxCtrlr', variable: 'SupportedLimits', value: 'MaxEnergy, MaxTime' };
      const { stationId, uid } = await of21([supported]);
      await many(() => commands(stationId), 1);
      expect(await limitAt(stationId, uid)).toEqual({ maxEnergyWh: 80_509 });
    });
  });

  it('is one, however often it is sent', async () => {
    const { stationId, request } = await asked();
    await platform.send([request, request]);
    await taken();
    expect(await commands(stationId)).toHaveLength(1);
  });

  it('has no token any more when the station refuses it', async () => {
    const { stationId, request, commandId, uid } = await asked();
    await platform.send([result(commandId, stationId, 'rejected')]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'rejected' }]);
    expect((await statesOf(uid)).map(({ valid }) => valid)).toEqual([true, false]);
    expect(await authorized(stationId, uid)).toBe('Blocked');
  });

  it('is over in time when the station says nothing', async () => {
    const { request } = await asked();
    clock.advance(31);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'timed-out' }]);
  });

  it.each<[string, (stationId: string) => Event<string, Start>, string]>([
    ['at a station that is not known', () => start('NOWHERE'), 'evse-unknown'],
    ['at an EVSE that the station does not have', (stationId) => start(stationId, { evseId: 9 }), 'evse-unknown'],
    ['when its time is over', (stationId) => start(stationId, { expiresAt: now() }), 'timed-out'],
  ])('is not asked of a station: %s', async (_, of, status) => {
    const stationId = await station();
    const request = of(stationId);
    await platform.send([request]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status }]);
    expect(await commands(stationId)).toEqual([]);
    expect(await statesOf(request.data.tokenUid)).toEqual([]);
  });

  it('is not asked of a station that is not connected', async () => {
    const request = start(await station(false));
    await platform.send([request]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'not-connected' }]);
    expect(await statesOf(request.data.tokenUid)).toEqual([]);
  });

  it('takes nobody else’s token', async () => {
    const { stationId, uid } = await asked();
    const request = start(stationId, { tokenUid: uid.toUpperCase() });
    await platform.send([request]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'rejected' }]);
    expect(await statesOf(uid)).toHaveLength(1);
  });

  it('may charge at its EVSE only, and until its time is over; what began goes on', async () => {
    const { stationId, uid } = await asked();
    expect(await authorized(stationId, uid, { evseId: 1 })).toBe('Accepted');
    expect(await authorized(stationId, uid, { evseId: 2 })).toBe('NotAtThisLocation');
    expect(await authorized(await station(), uid)).toBe('NotAtThisLocation');
    await platform.send([begins(stationId, uid)]);
    await many(() => sessionOf(stationId, 'session-started'), 1);
    clock.advance(301);
    expect(await authorized(stationId, uid, { evseId: 1, transactionId: '1' })).toBe('Accepted');
    expect(await authorized(stationId, uid, { evseId: 1, transactionId: '2' })).toBe('Expired');
  });

  it('tells the price that was agreed with its session', async () => {
    const { stationId, uid } = await asked();
    await platform.send([begins(stationId, uid.toUpperCase()), ended(minutes(1), 2_000, { stationId })]);
    const [begun] = await many(() => sessionOf<DataOf<typeof SessionStarted>>(stationId, 'session-started'), 1);
    expect(begun).toMatchObject({ agreedPrice: price, token: { uid, type: 'AD_HOC_USER' } });
    clock.advance(120);
    const [final] = await many(() => sessionOf<DataOf<typeof SessionFinalized>>(stationId, 'session-finalized'), 1);
    expect(final).toMatchObject({ agreedPrice: price, energyWh: 1_000, flags: [] });
    expect(await commands(stationId)).toHaveLength(1);
  });

  const stops = async (stationId: string) =>
    (await commands(stationId)).filter(({ command }) => command.name === 'RequestStopTransaction');

  it('is stopped with its session, once for each time that it is asked for', async () => {
    const { stationId, request, uid } = await asked();
    await platform.send([begins(stationId, uid)]);
    await many(() => sessionOf(stationId, 'session-started'), 1);
    const stopping = stop(request);
    await platform.send([stopping, stopping]);
    const [command] = await many(() => stops(stationId), 1);
    expect(command).toMatchObject({ command: { transactionId: '1' }, priority: 'high' });
    await platform.send([result(command!.commandId, stationId, 'accepted')]);
    const { stopId } = stopping.data;
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ stopId, status: 'accepted' }]);
    await platform.send([updated(minutes(1), 1_500, { stationId }), ended(minutes(2), 2_000, { stationId })]);
    clock.advance(180);
    const [final] = await many(() => sessionOf<DataOf<typeof SessionFinalized>>(stationId, 'session-finalized'), 1);
    expect(final?.flags).toEqual([]);
    expect(await stops(stationId)).toHaveLength(1);
  });

  it('cannot be stopped at a station that is not connected, and can be asked again', async () => {
    const { stationId, request, uid } = await asked();
    await platform.send([begins(stationId, uid)]);
    await many(() => sessionOf(stationId, 'session-started'), 1);
    await platform.send([stationState(stationId, { connected: false, version: 2 })]);
    await eventually(async () => {
      const { body } = await ask('POST', 'remote-starts', { stationId, tokenUid: 'NOBODY' });
      expect((body as { code: string }).code).toBe('station-not-connected');
    });
    await platform.send([stop(request)]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'not-connected' }]);
  });

  it('does not begin when its stop comes before it', async () => {
    const stationId = await station();
    const request = start(stationId);
    await platform.send([stop(request)]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'nothing-to-stop' }]);
    await platform.send([request]);
    expect(await many(() => answers(request.data.requestId), 2)).toMatchObject([{}, { status: 'rejected' }]);
    expect(await commands(stationId)).toEqual([]);
  });

  it('that begins after its stop is stopped at once, recorded and billed as agreed', async () => {
    const { stationId, request, uid } = await asked();
    await platform.send([stop(request)]);
    expect(await many(() => answers(request.data.requestId), 1)).toMatchObject([{ status: 'nothing-to-stop' }]);
    await platform.send([begins(stationId, uid)]);
    expect(await many(() => stops(stationId), 1)).toMatchObject([{ command: { transactionId: '1' } }]);
    await platform.send([ended(minutes(1), 1_200, { stationId })]);
    clock.advance(120);
    const [final] = await many(() => sessionOf<DataOf<typeof SessionFinalized>>(stationId, 'session-finalized'), 1);
    expect(final).toMatchObject({ agreedPrice: price, energyWh: 200, flags: ['start-late'] });
    expect(await stops(stationId)).toHaveLength(1);
  });

  it.each<[string, (of: { stationId: string; uid: string }) => StationEvent[], string]>([
    [
      'after its time',
      ({ stationId, uid }) => {
        clock.advance(301);
        return [begins(stationId, uid)];
      },
      'start-late',
    ],
    [
      'for a second time',
      ({ stationId, uid }) => [
        begins(stationId, uid),
        ended(minutes(1), 2_000, { stationId }),
        started(minutes(2), 2_000, { stationId, transactionId: '2', idToken: { value: uid, type: 'Central' } }),
      ],
      'start-late',
    ],
    ['at another EVSE', ({ stationId, uid }) => [begins(stationId, uid, { evseId: 2 })], 'start-elsewhere'],
  ])('is stopped at once where it begins %s', async (_, facts, flag) => {
    const { stationId, uid } = await asked();
    const events = facts({ stationId, uid });
    const { transactionId } = events.at(-1)!.data as { transactionId: string };
    for (const event of events) await platform.send([event]);
    expect(await many(() => stops(stationId), 1)).toMatchObject([{ command: { transactionId } }]);
    await platform.send([ended(minutes(8), 2_500, { stationId, transactionId })]);
    clock.advance(600);
    const final = await eventually(async () => {
      const found = await sessionOf<DataOf<typeof SessionFinalized>>(stationId, 'session-finalized');
      const one = found.find((session) => session.transactionId === transactionId);
      if (!one) throw new Error('not final yet');
      return one;
    });
    expect(final.flags).toContain(flag);
    expect(final.agreedPrice).toEqual(flag === 'start-elsewhere' ? undefined : price);
  });

  it('is stopped by who comes later of its stop and its begin, when both come at once', async () => {
    const begun = await Promise.all([asked(), asked(), asked(), asked()]);
    await Promise.all(
      begun.flatMap(({ stationId, request, uid }) => [
        platform.send([begins(stationId, uid)]),
        platform.send([stop(request)]),
      ]),
    );
    for (const { stationId } of begun) await many(() => stops(stationId), 1);
  });
});
