import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AuthorizeRequested,
  CdrCorrectionRequested,
  CommandResult,
  type DataOf,
  type Event,
  LocationState,
  PartnerTokenState,
  type StationCommand,
  type StationEvent,
  authorizeReplies,
  newEvent,
  sessions,
  stationCommands,
  tokens,
} from '@chargemesh/contracts';
import {
  INSTALLATION_API_KEY,
  ManualClock,
  type TestServices,
  askBulk,
  eventually,
  startTestServices,
} from '@chargemesh/testing';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import type { RemoteView } from './commands/remote.schema.js';
import { sessionsService } from './index.js';
import type { MeterValueView, SessionView } from './sessions/sessions.schema.js';
import { OPERATOR_ID, at, booted, ended, occupied, started, updated } from './testing/facts.js';
import { locationState, stationState } from './testing/states.js';
import type { TokenView } from './tokens/tokens.schema.js';

const THEIRS = '01930000-0000-7000-8000-000000000002';
/** An operator that lets anybody charge. */
const FREE = '01930000-0000-7000-8000-000000000003';
const API = '/api/sessions/v1';

interface List<Item> {
  items: Item[];
  nextCursor: string | null;
}
interface ProblemBody {
  code: string;
}
type Session = Static<typeof SessionView>;
type Remote = Static<typeof RemoteView>;

const card = {
  type: 'RFID',
  valid: true,
  contractId: 'DE-ABC-C1',
  issuer: 'ABC',
  whitelist: 'ALWAYS',
};

describe('the sessions service', () => {
  const clock = new ManualClock(at('12:00'));
  let platform: TestServices;
  let ours: string;
  let theirs: string;
  let viewer: string;
  let stations = 0;

  const ask = <Body>(method: string, path: string, body?: unknown, key = ours) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);
  const putToken = (uid: string, more: object = {}, key = ours) =>
    ask<Static<typeof TokenView>>('PUT', `tokens/${uid}`, { ...card, ...more }, key);
  const newStation = () => `S-${++stations}`;

  async function all<Item>(path: string, key = ours): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor && `&cursor=${cursor}`;
      const { body } = await ask<List<Item>>('GET', `${path}limit=2${more}`, undefined, key);
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items;
  }

  /** A station whose session has this status by its facts. */
  async function sessionOf(stationId: string, status: string, ...facts: StationEvent[]): Promise<Session> {
    await platform.send([stationState(stationId), ...facts]);
    return eventually(async () => {
      const { body } = await ask<List<Session>>('GET', `sessions?stationId=${stationId}&status=${status}`);
      expect(body.items).toHaveLength(1);
      return body.items[0] as Session;
    });
  }

  async function commandsTo(stationId: string): Promise<DataOf<typeof StationCommand>[]> {
    const told = await platform.told(stationCommands);
    return told.map(({ data }) => data as DataOf<typeof StationCommand>).filter((data) => data.stationId === stationId);
  }

  const result = (remote: Remote, status: 'accepted' | 'rejected' | 'failed', askedBy = 'sessions', sent?: boolean) => {
    const about = { commandId: remote.id, stationId: remote.stationId, askedBy, status, at: at('12:00') };
    const data = { ...about, ...(sent === undefined ? {} : { sent }) };
    return newEvent(CommandResult, { operatorId: OPERATOR_ID, time: data.at, data });
  };

  const connected = async (stationId: string) => {
    await platform.send([stationState(stationId)]);
    await eventually(async () => {
      const answer = await ask<ProblemBody>('POST', 'remote-starts', { stationId, tokenUid: 'NOBODY' });
      expect(answer.body.code).toBe('token-not-accepted');
    });
  };

  beforeAll(async () => {
    platform = await startTestServices([sessionsService], {
      clock,
      environment: { CONCURRENT_TRANSACTIONS: 'false', REMOTE_TIMEOUT_S: '30' },
    });
    ours = await platform.admit({ operatorId: OPERATOR_ID });
    viewer = await platform.admit({ operatorId: OPERATOR_ID, role: 'viewer' });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    await platform.send([locationState()]);
    await platform.handled();
    expect((await putToken('CARD1')).status).toBe(200);
  });

  afterAll(() => platform.stop());

  it('bills who names no token where the operator lets anybody charge', async () => {
    const key = await platform.admit({ operatorId: FREE, partyId: 'FRE', settings: { freeStarts: true } });
    const [stationId, locationId] = [newStation(), uuidv7()];
    const place = { operatorId: FREE, locationId };
    const of = <E extends Event>(event: E): E => ({ ...event, operatorId: FREE });
    const station = stationState(stationId);
    const location = { ...locationState().data, ...place };
    await platform.send([
      newEvent(LocationState, { operatorId: FREE, time: at('09:00'), data: location }),
      of({ ...station, data: { ...station.data, ...place } }),
      of(started(at('10:00'), 0, { stationId, seqNo: 0, idToken: undefined, trigger: 'CablePluggedIn' })),
      of(ended(at('10:30'), 900, { stationId, seqNo: 1 })),
    ]);
    const billed = await eventually(async () => {
      const { body } = await ask<List<Session>>('GET', `sessions?stationId=${stationId}`, undefined, key);
      expect(body.items).toMatchObject([{ status: 'finalized' }]);
      return body.items;
    });
    expect(billed).toMatchObject([{ energyWh: 900, flags: ['free-start'] }]);
    expect(billed[0]).not.toHaveProperty('tokenUid');
  });

  describe('tokens', () => {
    it('are told to the others when they change, and only then', async () => {
      const { body } = await putToken('CHANGES');
      expect(body).toEqual({ ...card, uid: 'CHANGES', countryCode: 'DE', partyId: 'ABC' });
      await putToken('CHANGES');
      await putToken('CHANGES', { valid: false, groupId: 'FLEET', expiresAt: '2027-01-01T00:00:00.000Z' });
      await eventually(async () => {
        const told = (await platform.told(tokens)).filter(({ data }) => data['uid'] === 'CHANGES');
        expect(told.map(({ data }) => [data['version'], data['valid']])).toEqual([
          [1, true],
          [2, false],
        ]);
      });
      expect((await ask('GET', 'tokens/CHANGES')).body).toMatchObject({ valid: false, groupId: 'FLEET' });
    });

    it('are put in bulk as one by one, and the same again changes nothing', async () => {
      const rows = ['BULK1', 'BULK2', 'bulk1'].map((uid) => ({ uid, ...card }));
      const put = async () => (await askBulk(`${platform.url}${API}/tokens/bulk`, ours, rows)).lines;
      const statuses = async () => (await put()).map(({ status }) => status).slice(0, -1);
      expect(await statuses()).toEqual(['created', 'created', 'unchanged']);
      expect(await statuses()).toEqual(['unchanged', 'unchanged', 'unchanged']);
      expect((await ask('GET', 'tokens/bulk2')).body).toMatchObject({ uid: 'BULK2', partyId: 'ABC', ...card });
      await eventually(async () => {
        const told = (await platform.told(tokens)).filter(({ data }) => String(data['uid']).startsWith('BULK'));
        expect(told).toHaveLength(2);
      });
    });

    it('are one, however their letters are written', async () => {
      await putToken('aBc1');
      expect((await putToken('ABC1', { valid: false })).body).toMatchObject({ uid: 'aBc1', valid: false });
      expect((await ask('GET', 'tokens/abc1')).body).toMatchObject({ uid: 'aBc1', valid: false });
    });

    it('of one uid may be of several parties, and are listed page by page', async () => {
      for (const partyId of ['AAA', 'BBB', 'CCC', 'DDD']) await putToken('SHARED', { countryCode: 'NL', partyId });
      const listed = await all<{ uid: string; partyId: string }>('tokens?');
      expect(listed.filter(({ uid }) => uid === 'SHARED').map(({ partyId }) => partyId)).toEqual([
        'AAA',
        'BBB',
        'CCC',
        'DDD',
      ]);
    });

    it('of another operator are not seen', async () => {
      await putToken('OURS');
      expect((await ask('GET', 'tokens/OURS', undefined, theirs)).status).toBe(404);
      expect(await all('tokens?', theirs)).toEqual([]);
    });

    it.each([
      ['a viewer', 403, () => putToken('NEVER', {}, viewer)],
      ['an unknown type', 400, () => putToken('NEVER', { type: 'COIN' })],
      ['a uid that is too long', 400, () => putToken('X'.repeat(37))],
    ])('are not changed by %s', async (_, status, put) => {
      expect((await put()).status).toBe(status);
      expect((await ask('GET', 'tokens/NEVER')).status).toBe(404);
    });
  });

  describe('tokens that partners tell of', () => {
    const partnerId = uuidv7();
    const told = (uid: string, version: number, more: object = {}) => {
      const about = {
        operatorId: OPERATOR_ID,
        partnerId,
        countryCode: 'NL',
        partyId: 'MSP',
        uid,
        type: 'RFID' as const,
      };
      const data = { ...about, contractId: 'NL-MSP-1', issuer: 'eMSP', valid: true, whitelist: 'ALLOWED' as const };
      const state = { ...data, version, deleted: false, ...more };
      return newEvent(PartnerTokenState, { operatorId: OPERATOR_ID, time: at('12:00'), data: state });
    };
    const shown = (uid: string, more: object) =>
      eventually(async () => expect((await ask('GET', `tokens/${uid}`)).body).toMatchObject(more));
    const known = async (uid: string) =>
      (await platform.told(tokens)).filter(({ data }) => data['uid'] === uid).map(({ data }) => data);

    it('are tokens by which sessions are charged, and go to that partner', async () => {
      const [stationId, idToken] = [newStation(), { value: 'roams1', type: 'ISO14443' }];
      await platform.send([told('ROAMS1', 1, { groupId: 'FLEET' })]);
      await shown('ROAMS1', { partnerId, countryCode: 'NL', partyId: 'MSP', groupId: 'FLEET', whitelist: 'ALLOWED' });
      const facts = [started(at('11:30'), 0, { stationId, idToken }), ended(at('11:40'), 0, { stationId })];
      await sessionOf(stationId, 'ended', ...facts);
      const events = await eventually(async () => {
        const found = (await platform.told(sessions)).filter(({ data }) => data['stationId'] === stationId);
        expect(found.length).toBeGreaterThan(0);
        return found;
      });
      expect(events[0]?.data['token']).toEqual({
        ...{ uid: 'ROAMS1', type: 'RFID', contractId: 'NL-MSP-1', countryCode: 'NL', partyId: 'MSP', groupId: 'FLEET' },
        partnerId,
      });
    });

    it('follow the newest state, whatever comes again', async () => {
      await platform.send([told('ROAMS2', 2, { valid: false })]);
      await shown('ROAMS2', { valid: false });
      await platform.send([told('ROAMS2', 1), told('ROAMS2', 2, { valid: false })]);
      await platform.handled();
      expect((await known('ROAMS2')).map(({ valid, version }) => [valid, version])).toEqual([[false, 1]]);
      await platform.send([told('ROAMS2', 3)]);
      await shown('ROAMS2', { valid: true });
    });

    it('are one token, if the partner has it in several types: one that is valid', async () => {
      await platform.send([told('ROAMS3', 1, { type: 'APP_USER' }), told('ROAMS3', 1)]);
      await shown('ROAMS3', { type: 'RFID' });
      await platform.send([told('ROAMS3', 2, { valid: false })]);
      await shown('ROAMS3', { type: 'APP_USER', valid: true });
    });

    it('take the place of what the operator has entered of them, who cannot change them', async () => {
      await putToken('ROAMS4', { countryCode: 'NL', partyId: 'MSP' });
      await platform.send([told('ROAMS4', 1, { deleted: true })]);
      await shown('ROAMS4', { partnerId, valid: false });
      const { status, body } = await putToken('ROAMS4', { countryCode: 'NL', partyId: 'MSP' });
      expect([status, body]).toMatchObject([409, { code: 'token-of-partner' }]);
    });

    it('may charge by another partner, if one of two has ended it', async () => {
      const [stationId, idToken] = [newStation(), { value: 'ROAMS5', type: 'ISO14443' }];
      await platform.send([told('ROAMS5', 1), told('ROAMS5', 1, { partyId: 'OLD', valid: false })]);
      await eventually(async () => expect(await known('ROAMS5')).toHaveLength(2));
      const facts = [started(at('11:30'), 0, { stationId, idToken }), ended(at('11:40'), 0, { stationId })];
      await sessionOf(stationId, 'ended', ...facts);
      const events = (await platform.told(sessions)).filter(({ data }) => data['stationId'] === stationId);
      expect(events[0]?.data['token']).toMatchObject({ partyId: 'MSP' });
    });
  });

  describe('authorization', () => {
    async function verdictOn(uid: string, more: object = {}): Promise<unknown> {
      const requestId = uuidv7();
      const asking = { requestId, replyTo: 'pod-1', expiresAt: at('13:00'), stationId: 'S-ASKS', at: at('12:00') };
      const data = { ...asking, idToken: { value: uid, type: 'ISO14443' }, ...more };
      await platform.send([newEvent(AuthorizeRequested, { operatorId: OPERATOR_ID, time: at('12:00'), data })]);
      return eventually(async () => {
        const told = (await platform.told(authorizeReplies)).filter((event) => event.data['requestId'] === requestId);
        expect(told).toHaveLength(1);
        return told[0]?.data['status'];
      });
    }

    it('accepts, in any case, what is entered and valid', async () => {
      await putToken('Valid1');
      await putToken('BLOCKED1', { valid: false });
      await putToken('OVER1', { expiresAt: '2026-01-01T00:00:00.000Z' });
      await putToken('THEIRS1', {}, theirs);
      expect(await verdictOn('VALID1')).toBe('Accepted');
      expect(await verdictOn('BLOCKED1')).toBe('Blocked');
      expect(await verdictOn('OVER1')).toBe('Expired');
      expect(await verdictOn('THEIRS1')).toBe('Unknown');
    });

    it('refuses a token that charges elsewhere, but not to its own transaction', async () => {
      const [stationId, idToken] = [newStation(), { value: 'busy1', type: 'ISO14443' }];
      await putToken('BUSY1');
      expect(await verdictOn('BUSY1')).toBe('Accepted');
      await sessionOf(stationId, 'active', started(at('11:30'), 0, { stationId, idToken }));
      expect(await verdictOn('BUSY1')).toBe('ConcurrentTx');
      expect(await verdictOn('BUSY1', { stationId, transactionId: '1' })).toBe('Accepted');
      await sessionOf(stationId, 'ended', ended(at('11:40'), 0, { stationId }));
      expect(await verdictOn('BUSY1')).toBe('Accepted');
    });
  });

  describe('sessions', () => {
    it('become of what stations say, and final after a while', async () => {
      const stationId = newStation();
      const on = { stationId };
      const facts = [started(at('10:00'), 1_000, on), updated(at('10:15'), 3_000, on), ended(at('10:30'), 5_000, on)];
      const { id, ...session } = await sessionOf(stationId, 'ended', ...facts);
      expect(session).toMatchObject({
        ...{ stationId, evseId: 1, connectorId: 1, transactionId: '1', tokenUid: 'CARD1', energyWh: 4_000 },
        ...{ startedAt: at('10:00'), endedAt: at('10:30'), stopReason: 'Local', flags: [], lateFacts: 0 },
      });
      clock.advance(5);
      const final = await sessionOf(stationId, 'finalized');
      expect(final).toMatchObject({ id, energyWh: 4_000, finalizedAt: clock.now().toISOString() });
      expect(await all<Static<typeof MeterValueView>>(`sessions/${id}/meter-values?`)).toEqual([
        { at: at('10:00'), energyWh: 1_000 },
        { at: at('10:15'), energyWh: 3_000 },
        { at: at('10:30'), energyWh: 5_000 },
      ]);
      await eventually(async () => {
        const told = (await platform.told(sessions)).filter(({ key }) => key === id);
        expect(told.at(-1)).toMatchObject({ type: 'session-finalized', data: { token: { contractId: 'DE-ABC-C1' } } });
      });
    });

    it('are corrected by what came too late when an operator asks for it', async () => {
      const [stationId, cdrId] = [newStation(), uuidv7()];
      const on = { stationId };
      await sessionOf(stationId, 'ended', started(at('10:00'), 0, on), ended(at('10:30'), 900, on));
      clock.advance(5);
      const { id } = await sessionOf(stationId, 'finalized');
      clock.advance(31 * 86_400);
      await platform.send([ended(at('10:40'), 1_000, on)]);
      await eventually(async () =>
        expect(await sessionOf(stationId, 'finalized')).toMatchObject({ energyWh: 900, flags: ['late-facts'] }),
      );
      const metrics = await (await fetch(`${platform.managementUrl}/metrics`)).text();
      const late =
        /^chargemesh_sessions_late_facts_delay_seconds_(?:count|sum)\{.*type="transaction-ended".*correction="requested".*\} .*$/gm;
      expect(metrics.match(late)?.map((line) => Number(line.split('} ')[1]))).toEqual([1, 31 * 86_400]);
      const toReview = async () => (await all<Session>('sessions?toReview=true&')).map((session) => session.id);
      expect(await toReview()).toEqual([id]);
      const asked = { correctionId: uuidv7(), cdrId, sessionId: id, stationId, requestedAt: clock.now().toISOString() };
      await platform.send([
        newEvent(CdrCorrectionRequested, { operatorId: OPERATOR_ID, time: asked.requestedAt, data: asked }),
      ]);
      const correctedAt = clock.now().toISOString();
      await eventually(async () =>
        expect(await sessionOf(stationId, 'finalized')).toMatchObject({ energyWh: 1_000, flags: [], correctedAt }),
      );
      await eventually(async () => {
        const told = (await platform.told(sessions)).filter(({ key }) => key === id);
        const finals = told.filter(({ type }) => type === 'session-finalized');
        expect(finals.map(({ data }) => data['energyWh'])).toEqual([900, 1_000]);
      });
      expect(await toReview()).toEqual([]);
    });

    it('are told again by their operator or the installation, where readers may have missed them', async () => {
      const stationId = newStation();
      const on = { stationId };
      await sessionOf(stationId, 'ended', started(at('10:00'), 0, on), ended(at('10:30'), 900, on));
      clock.advance(5);
      const { id } = await sessionOf(stationId, 'finalized');
      const finals = async () =>
        (await platform.told(sessions)).filter(({ key, type }) => key === id && type === 'session-finalized');
      await eventually(async () => expect(await finals()).toHaveLength(1));
      const since = { since: clock.now().toISOString() };
      const replay = (key: string) => ask<{ replayed: number }>('POST', 'sessions/replays', since, key);
      expect((await replay(viewer)).status).toBe(403);
      expect(await replay(theirs)).toMatchObject({ status: 202, body: { replayed: 0 } });
      expect((await replay(INSTALLATION_API_KEY)).body.replayed).toBeGreaterThan(0);
      await eventually(async () => expect(await finals()).toHaveLength(2));
    });

    describe('that cannot be billed by themselves', () => {
      const toReview = async () => (await all<Session>('sessions?toReview=true&')).map(({ id }) => id);
      /** A session whose register rose by 900 kWh in half an hour, as it is held. */
      const heldAt = async (stationId: string, ...facts: StationEvent[]) => {
        const on = { stationId };
        await sessionOf(stationId, 'ended', started(at('10:00'), 0, on), ...facts, ended(at('10:30'), 900_000, on));
        clock.advance(5);
        return sessionOf(stationId, 'held');
      };
      const decide = (id: string, body: object, key = ours) =>
        ask<Session>('POST', `sessions/${id}/decision`, body, key);
      const toldOf = async (id: string) =>
        (await platform.told(sessions))
          .filter(({ key, type }) => key === id && /held|finalized/.test(type))
          .map(({ type, data }) => ({ type, ...data }));

      it('are held, told and found, and become final by a decision on record', async () => {
        const stationId = newStation();
        const { id, ...session } = await heldAt(stationId, updated(at('10:15'), 3_000, { stationId }));
        expect(session).toMatchObject({
          review: { reasons: ['above-limit'], explanation: expect.stringContaining('than the connector can') },
          held: { beginWh: 0, endWh: 900_000, lastPlausibleWh: 3_000, plausibleEnergyWh: 3_000 },
          ...{ status: 'held', energyWh: 3_000 },
        });
        expect(await toReview()).toContain(id);
        expect((await decide(id, { bill: 'nothing' }, viewer)).status).toBe(403);
        expect((await decide(id, { bill: 'nothing' }, theirs)).status).toBe(404);
        expect((await decide(id, { bill: 'value' })).status).toBe(400);
        const { status, body } = await decide(id, { bill: 'last-plausible', note: 'the meter was changed' });
        expect([status, body.decision]).toMatchObject([200, { bill: 'last-plausible', energyWh: 3_000 }]);
        const final = await sessionOf(stationId, 'finalized');
        expect(final).toMatchObject({ energyWh: 3_000, flags: ['above-limit', 'decided'], decision: body.decision });
        expect(final).not.toHaveProperty('review');
        expect((await decide(id, { bill: 'value', energyWh: 3_000 })).status).toBe(409);
        await eventually(async () =>
          expect(await toldOf(id)).toMatchObject([
            { type: 'session-held', reasons: ['above-limit'], beginWh: 0, endWh: 900_000, lastPlausibleWh: 3_000 },
            { type: 'session-finalized', energyWh: 3_000, decision: { bill: 'last-plausible', energyWh: 3_000 } },
          ]),
        );
        const { body: trail } = await ask<List<object>>('GET', `audit-trail?resource=session&resourceId=${id}`);
        expect(trail.items).toMatchObject([{ action: 'decide', change: { note: 'the meter was changed' } }]);
      });

      it.each([
        [{ bill: 'difference' }, 900_000],
        [{ bill: 'nothing' }, 0],
        [{ bill: 'value', energyWh: 1_234 }, 1_234],
      ])('may be billed as %j', async (body, energyWh) => {
        const stationId = newStation();
        const { id } = await heldAt(stationId);
        expect((await decide(id, { bill: 'last-plausible' })).status).toBe(409);
        expect((await decide(id, body)).status).toBe(200);
        expect(await sessionOf(stationId, 'finalized')).toMatchObject({ id, energyWh });
      });

      it('are decided as well where they are billed and to be reviewed, with the times that somebody knows better', async () => {
        const stationId = newStation();
        const on = { stationId };
        const late = { ...on, receivedAt: at('10:00'), flags: ['start-time-doubtful'] };
        await sessionOf(stationId, 'ended', started(at('07:00'), 1_000, late), ended(at('10:30'), 5_000, on));
        clock.advance(5);
        const { id } = await sessionOf(stationId, 'finalized');
        expect(await toReview()).toContain(id);
        const times = (startedAt: string) => ({ bill: 'as-billed', startedAt });
        expect((await decide(id, times('at ten'))).status).toBe(400);
        expect((await decide(id, times(at('10:31')))).status).toBe(409);
        expect((await decide(id, times(at('10:00')))).body.decision).toMatchObject({
          ...{ bill: 'as-billed', energyWh: 4_000, startedAt: at('10:00'), reviewed: ['start-time-doubtful'] },
        });
        await eventually(async () =>
          expect(await sessionOf(stationId, 'finalized')).toMatchObject({
            ...{
              startedAt: at('10:00'),
              endedAt: at('10:30'),
              energyWh: 4_000,
              flags: ['decided'],
            },
          }),
        );
        expect(await toReview()).not.toContain(id);
        expect((await decide(id, times(at('10:00')))).status).toBe(409);
        await eventually(async () =>
          expect((await toldOf(id)).at(-1)).toMatchObject({ startedAt: at('10:00'), decision: { bill: 'as-billed' } }),
        );
        const { body: trail } = await ask<List<object>>('GET', `audit-trail?resource=session&resourceId=${id}`);
        expect(trail.items).toMatchObject([{ action: 'decide', change: { startedAt: at('10:00') } }]);
      });

      it('keep a decision until something late changes what it was made on', async () => {
        const stationId = newStation();
        const on = { stationId };
        const { id } = await heldAt(stationId);
        await decide(id, { bill: 'value', energyWh: 5_000 });
        await sessionOf(stationId, 'finalized');
        await platform.send([updated(at('10:20'), 0, on)]);
        await eventually(async () =>
          expect(await sessionOf(stationId, 'finalized')).toMatchObject({
            lateFacts: 1,
            flags: ['above-limit', 'decided', 'late-facts'],
          }),
        );
        clock.advance(900);
        await eventually(async () =>
          expect(await sessionOf(stationId, 'finalized')).toMatchObject({
            energyWh: 5_000,
            flags: ['above-limit', 'decided'],
          }),
        );
        await platform.send([ended(at('10:31'), 4_000, on)]);
        await eventually(async () => expect(await sessionOf(stationId, 'finalized')).toMatchObject({ lateFacts: 2 }));
        clock.advance(900);
        const held = await sessionOf(stationId, 'held');
        expect(held).toMatchObject({ review: { reasons: ['decision-outdated'] }, decision: { energyWh: 5_000 } });
        expect((await decide(id, { bill: 'difference' })).status).toBe(200);
        await eventually(async () =>
          expect(await sessionOf(stationId, 'finalized')).toMatchObject({
            energyWh: 4_000,
            decision: { bill: 'difference' },
          }),
        );
        await eventually(async () =>
          expect(await toldOf(id)).toMatchObject([
            { type: 'session-held' },
            { type: 'session-finalized', energyWh: 5_000, periods: [{}] },
            { type: 'session-finalized', energyWh: 5_000, periods: [{}, {}] },
            { type: 'session-held', reasons: ['decision-outdated'], decision: { energyWh: 5_000 } },
            { type: 'session-finalized', energyWh: 4_000, decision: { bill: 'difference' } },
          ]),
        );
      });

      it('are decided with their EVSE, where nobody else has named it', async () => {
        const stationId = newStation();
        const [on, nowhere] = [{ stationId }, { stationId, evseId: undefined, connectorId: undefined }];
        await sessionOf(stationId, 'ended', started(at('10:00'), 0, nowhere), ended(at('10:30'), 900, on));
        clock.advance(5);
        const { id, ...held } = await sessionOf(stationId, 'held');
        expect(held).toMatchObject({ evseId: 1, review: { reasons: ['place-unknown'] } });
        expect((await decide(id, { bill: 'difference' })).status).toBe(409);
        expect((await decide(id, { bill: 'difference', evseId: 9 })).status).toBe(409);
        expect((await decide(id, { bill: 'difference', evseId: 2 })).status).toBe(200);
        expect(await sessionOf(stationId, 'finalized')).toMatchObject({ evseId: 2, energyWh: 900, flags: ['decided'] });
      });

      it('are at the only connector that was in use, where nobody has named another', async () => {
        const stationId = newStation();
        const nowhere = { stationId, evseId: undefined, connectorId: undefined };
        await platform.send([occupied(at('09:58'), { stationId, evseId: 2 })]);
        await sessionOf(stationId, 'ended', started(at('10:00'), 0, nowhere), ended(at('10:30'), 900, { stationId }));
        clock.advance(5);
        expect(await sessionOf(stationId, 'finalized')).toMatchObject({ evseId: 2, flags: ['evse-assumed'] });
      });

      it('are shown to nobody as they would be billed', async () => {
        const stationId = newStation();
        const { id } = await heldAt(stationId, updated(at('10:15'), 800_000, { stationId }));
        const told = (await platform.told(sessions))
          .filter(({ key }) => key === id)
          .map(({ data }) => data['energyWh']);
        expect(told.filter((energyWh) => typeof energyWh === 'number' && energyWh > 0)).toEqual([]);
      });

      it('are found as well where their start never comes', async () => {
        const stationId = newStation();
        const receivedAt = clock.now().toISOString();
        const lost = ended(at('10:30'), 900, { stationId, transactionId: '99', receivedAt });
        const { id } = await sessionOf(stationId, 'pending', lost);
        expect(await toReview()).not.toContain(id);
        clock.advance(901);
        expect(await toReview()).toContain(id);
        expect((await ask<Session>('GET', `sessions/${id}`)).body.review?.reasons).toEqual(['start-unknown']);
      });
    });

    it('wait for a station that is not known here yet', async () => {
      const stationId = newStation();
      await platform.send([started(at('10:00'), 0, { stationId })]);
      await eventually(async () => {
        const { body } = await ask<List<object>>('GET', 'dead-letters');
        expect(body.items).toHaveLength(1);
      });
      expect(await sessionOf(stationId, 'active')).toMatchObject({ stationId, energyWh: 0 });
    });

    it('are kept as pending while their start is missing', async () => {
      const stationId = newStation();
      const stop = ended(at('10:30'), 900, { stationId, transactionId: '77' });
      expect(await sessionOf(stationId, 'pending', stop)).not.toHaveProperty('startedAt');
    });

    it('are listed page by page, the newest first or the oldest on request, and not to another operator', async () => {
      const stationId = newStation();
      const facts = ['1', '2', '3', '4', '5'].map((transactionId) =>
        updated(at('10:00'), 0, { stationId, transactionId }),
      );
      await platform.send([stationState(stationId), ...facts]);
      const listed = await eventually(async () => {
        const found = await all<Session>(`sessions?stationId=${stationId}&`);
        expect(found).toHaveLength(5);
        return found;
      });
      const [{ id }] = listed as [Session];
      const ids = listed.map((session) => session.id);
      expect(ids).toEqual(ids.toSorted().reverse());
      expect(await all<Session>(`sessions?stationId=${stationId}&order=oldest&`)).toEqual(listed.toReversed());
      expect(await all(`sessions?`, theirs)).toEqual([]);
      expect((await ask('GET', `sessions/${id}`, undefined, theirs)).status).toBe(404);
      expect((await ask('GET', `sessions/${id}/meter-values`, undefined, theirs)).status).toBe(404);
      expect((await ask('POST', `sessions/${id}/stop`, undefined, theirs)).status).toBe(404);
    });
  });

  describe('remote starts', () => {
    it('ask a connected station, and give its answer', async () => {
      const stationId = newStation();
      await connected(stationId);
      const { status, body } = await ask<Remote>('POST', 'remote-starts', { stationId, evseId: 2, tokenUid: 'CARD1' });
      expect([status, body.status, body.expiresAt]).toEqual([
        202,
        'pending',
        new Date(clock.now().getTime() + 30_000).toISOString(),
      ]);
      const [command] = await eventually(async () => {
        const found = await commandsTo(stationId);
        expect(found).toHaveLength(1);
        return found;
      });
      expect(command).toMatchObject({
        ...{ commandId: body.id, askedBy: 'sessions', expiresAt: body.expiresAt, priority: 'high' },
        command: { name: 'RequestStartTransaction', evseId: 2, idToken: { value: 'CARD1', type: 'ISO14443' } },
      });
      await platform.send([result(body, 'rejected', 'device-management'), result(body, 'accepted')]);
      await eventually(async () => {
        expect((await ask<Remote>('GET', `remote-starts/${body.id}`)).body.status).toBe('accepted');
      });
      await platform.send([result(body, 'rejected')]);
      const later = await ask<Remote>('POST', 'remote-starts', { stationId, tokenUid: 'CARD1' });
      await platform.send([result(later.body, 'rejected')]);
      await eventually(async () => {
        expect((await ask<Remote>('GET', `remote-starts/${later.body.id}`)).body.status).toBe('rejected');
      });
      expect((await ask<Remote>('GET', `remote-starts/${body.id}`)).body.status).toBe('accepted');
      expect((await ask('GET', `remote-starts/${body.id}`, undefined, theirs)).status).toBe(404);
    });

    it('time out when the station never answers', async () => {
      const stationId = newStation();
      await connected(stationId);
      const { body } = await ask<Remote>('POST', 'remote-starts', { stationId, tokenUid: 'CARD1' });
      clock.advance(30);
      await eventually(async () => {
        const { body: now } = await ask<Remote>('GET', `remote-starts/${body.id}`);
        expect(now).toMatchObject({ status: 'timed-out', finishedAt: body.expiresAt });
      });
      await platform.send([result(body, 'accepted')]);
    });

    it('of which nobody knows whether they arrived are accepted when the session shows it, and stops are', async () => {
      const stationId = newStation();
      await connected(stationId);
      const becomes = (path: string, status: string) =>
        eventually(async () => expect((await ask<Remote>('GET', path)).body).toMatchObject({ status }));
      const [start, other] = [
        (await ask<Remote>('POST', 'remote-starts', { stationId, evseId: 1, tokenUid: 'CARD1' })).body,
        (await ask<Remote>('POST', 'remote-starts', { stationId, evseId: 2, tokenUid: 'CARD1' })).body,
      ];
      await platform.send([result(start, 'failed', 'sessions', true), result(other, 'failed', 'sessions', true)]);
      await becomes(`remote-starts/${start.id}`, 'unknown');
      const now = clock.now().toISOString();
      const session = await sessionOf(stationId, 'active', started(now, 0, { stationId }));
      await becomes(`remote-starts/${start.id}`, 'accepted');
      await becomes(`remote-starts/${other.id}`, 'unknown');
      const { body: stop } = await ask<Remote>('POST', `sessions/${session.id}/stop`);
      clock.advance(1);
      await platform.send([ended(clock.now().toISOString(), 100, { stationId })]);
      await platform.send([result(stop, 'failed', 'sessions', true)]);
      await becomes(`remote-starts/${stop.id}`, 'accepted');
    });

    it('are refused at once where they cannot succeed', async () => {
      const [away, here] = [newStation(), newStation()];
      await connected(here);
      await platform.send([stationState(away, { connected: false })]);
      const code = async (body: object, key = ours) =>
        (await ask<ProblemBody>('POST', 'remote-starts', body, key)).body.code;
      await eventually(async () =>
        expect(await code({ stationId: away, tokenUid: 'CARD1' })).toBe('station-not-connected'),
      );
      expect(await code({ stationId: 'S-NONE', tokenUid: 'CARD1' })).toBe('not-found');
      expect(await code({ stationId: here, tokenUid: 'NOBODY' })).toBe('token-not-accepted');
      expect(await code({ stationId: here, evseId: 3, tokenUid: 'CARD1' })).toBe('evse-unknown');
      expect(await code({ stationId: here, tokenUid: 'CARD1' }, viewer)).toBe('forbidden');
      expect(await code({ stationId: here, tokenUid: 'CARD1' }, theirs)).toBe('not-found');
      expect(await commandsTo(here)).toEqual([]);
    });
  });

  it('stops a session remotely that only seems to be over', async () => {
    const stationId = newStation();
    const boot = booted(at('10:20'));
    const facts = [started(at('10:00'), 0, { stationId }), { ...boot, data: { ...boot.data, stationId } }];
    const { id } = await sessionOf(stationId, 'ended', ...facts);
    expect((await ask('POST', `sessions/${id}/stop`)).status).toBe(202);
  });

  it('stops a running session remotely, and no other', async () => {
    const stationId = newStation();
    const running = await sessionOf(stationId, 'active', started(at('11:00'), 0, { stationId }));
    const { status, body } = await ask<Remote>('POST', `sessions/${running.id}/stop`);
    expect([status, body.kind, body.sessionId]).toEqual([202, 'stop', running.id]);
    await eventually(async () => {
      expect((await commandsTo(stationId)).map(({ command }) => command)).toEqual([
        { name: 'RequestStopTransaction', transactionId: '1' },
      ]);
    });
    await sessionOf(stationId, 'ended', ended(at('11:10'), 100, { stationId }));
    expect((await ask<ProblemBody>('POST', `sessions/${running.id}/stop`)).body.code).toBe('conflict');
  });
});
