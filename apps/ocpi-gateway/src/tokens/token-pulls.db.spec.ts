import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, type PartnerTokenState, partnerTokens } from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';
import { PartnerPlatform } from '../testing/partner-platform.js';
import { TokenPulls } from './token-pulls.service.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const HOUR_S = 3_600;

type State = DataOf<typeof PartnerTokenState>;
type Answer = Awaited<ReturnType<PartnerPlatform['answer']>>;

let clock: ManualClock;
let platform: TestServices;
let ours: string;
/** Pages that were asked for when `pulled` looked last. */
let seen = 0;
let parties = 0;
let party: { countryCode: string; partyId: string };
let partner: PartnerPlatform;

const token = (uid: string, more: object = {}) => ({
  ...{ country_code: 'NL', party_id: party.partyId, uid: `${party.partyId}-${uid}`, type: 'RFID', contract_id: 'C1' },
  ...{ issuer: 'eMSP', valid: true, whitelist: 'ALWAYS', last_updated: '2026-03-01T10:00:00Z', ...more },
});
const pulls = (of = partner) => of.heard.filter(({ path }) => path.startsWith('/tokens'));
const queries = () => pulls().map(({ path }) => Object.fromEntries(new URL(path, partner.url).searchParams));

/** Lets those who are due have their turn, as it is done every few seconds. */
const giveTurns = () => platform.app.get(TokenPulls).giveTurns();

async function start(partyId: string): Promise<PartnerPlatform> {
  const started = await PartnerPlatform.start({ countryCode: 'NL', partyId });
  started.sends = ['tokens'];
  return started;
}

async function connect(one: PartnerPlatform, partyId: string): Promise<void> {
  const path = `${PARTNERS}/${uuidv7()}`;
  const body = { name: partyId, countryCode: 'NL', partyId };
  const { body: invited } = await platform.ask<{ token: string }>(ours, 'PUT', path, body);
  await one.register(`${platform.url}/ocpi/cpo/2.2.1/credentials`, { token: invited.token });
}

/** What the log has of a token, the oldest first. */
async function states(uid: string, of = party.partyId): Promise<State[]> {
  const told = await platform.told(partnerTokens);
  return told.map(({ data }) => data as State).filter((state) => state.uid === `${of}-${uid}`);
}
const validOf = async (uid: string) => (await states(uid)).map(({ valid }) => valid);

/** Lists these, by pages of so many. */
function list(objects: readonly unknown[], size = 100, more: Record<string, string> = {}): void {
  partner.answer = ({ path }): Answer => {
    if (!path.startsWith('/tokens')) return undefined;
    const offset = Number(new URL(path, partner.url).searchParams.get('offset') ?? 0);
    const next = offset + size < objects.length;
    const link = `<${partner.url}/tokens?offset=${offset + size}>; rel="next"`;
    const headers = { 'x-total-count': String(objects.length), ...(next ? { link } : {}), ...more };
    return { headers, body: { status_code: 1000, data: objects.slice(offset, offset + size) } };
  };
}

/** What is due so much later is pulled, by the schedule maybe before we ask. */
async function pulled(afterS = 61): Promise<void> {
  clock.advance(afterS);
  await eventually(async () => {
    await giveTurns();
    expect(pulls().length).toBeGreaterThan(seen);
  });
  seen = pulls().length;
  await platform.app.get(TokenPulls).settled();
}

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PARTNER_NETWORKS: 'loopback' },
  });
  ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
});
afterAll(() => platform.stop());
beforeEach(async () => {
  seen = 0;
  party = { countryCode: 'NL', partyId: `P${String(++parties).padStart(2, '0')}` };
  partner = await start(party.partyId);
});
afterEach(() => partner.stop());

describe('the tokens of a partner', () => {
  it('are pulled by pages when it is connected, then what changed, a minute apart, and all of them once a day', async () => {
    list(
      ['A', 'B', 'C'].map((uid) => token(uid)),
      2,
    );
    await connect(partner, party.partyId);
    await pulled(0);
    expect(await validOf('A')).toEqual([true]);
    expect(await validOf('C')).toEqual([true]);
    expect(queries()).toEqual([{ limit: '1000' }, { offset: '2' }]);
    expect(pulls()[0]).toMatchObject({
      token: partner.inbound,
      headers: { 'ocpi-from-party-id': 'ABC', 'ocpi-to-party-id': party.partyId },
    });
    await giveTurns();
    expect(pulls()).toHaveLength(2);
    const from = new Date(clock.now().getTime() - 600_000);
    list([token('A', { valid: false, last_updated: '2026-03-01T12:00:30Z' })]);
    await pulled();
    expect(queries().at(-1)).toEqual({ limit: '1000', date_from: `${from.toISOString().slice(0, 19)}Z` });
    expect(await validOf('A')).toEqual([true, false]);
    await pulled(25 * HOUR_S);
    expect(queries().at(-1)).toEqual({ limit: '1000' });
  });

  it('are all pulled anew once it is connected anew', async () => {
    list([token('A')]);
    await connect(partner, party.partyId);
    await pulled(0);
    const anew = () => partner.register(`${platform.url}/ocpi/cpo/2.2.1/credentials`, { method: 'PUT' });
    await anew();
    clock.advance(1);
    await anew();
    await pulled(0);
    expect(queries()).toEqual([{ limit: '1000' }, { limit: '1000' }]);
    expect(await states('A')).toHaveLength(1);
  });

  it('may charge no more, if a whole list lacks them, until they are told of again', async () => {
    list([token('A'), token('B')]);
    await connect(partner, party.partyId);
    await pulled(0);
    list([token('A')]);
    await pulled();
    expect(await validOf('B')).toEqual([true]);
    await pulled(25 * HOUR_S);
    expect(await validOf('A')).toEqual([true]);
    expect(await validOf('B')).toEqual([true, false]);
    list([token('B')]);
    await pulled();
    expect(await validOf('B')).toEqual([true, false, true]);
  });

  it.each<[string, () => void]>([
    ['has nothing', () => list([])],
    ['has less than it says', () => list([token('A')], 100, { 'x-total-count': '2' })],
    ['does not say how much it has', () => list([token('A')], 100, { 'x-total-count': '' })],
    ['has what cannot be read', () => list([token('A'), { uid: 'B' }])],
  ])('stay as they are, if a whole list %s', async (_, next) => {
    list([token('A'), token('B')]);
    await connect(partner, party.partyId);
    await pulled(0);
    next();
    await pulled(25 * HOUR_S);
    expect(await validOf('B')).toEqual([true]);
  });

  it('are read where others of their page cannot be, or are not its own', async () => {
    list([
      token('A'),
      null,
      { uid: 'X' },
      token('B', { whitelist: 'PERHAPS' }),
      token('C', { party_id: 'ZZZ' }),
      token('D'),
    ]);
    await connect(partner, party.partyId);
    await pulled(0);
    expect(await Promise.all(['A', 'B', 'C', 'D'].map(validOf))).toEqual([[true], [], [], [true]]);
  });
});

describe('a partner that', () => {
  const ok = (data: unknown) => ({ status_code: 1000, data });
  const answers: [string, (page: string) => Answer][] = [
    ['is busy', () => ({ status: 429, headers: { 'retry-after': '120' }, body: '' })],
    ['fails', () => ({ status: 500, body: ok([]) })],
    ['cuts its answer off', () => ({ body: JSON.stringify(ok([token('A')])).slice(0, -9) })],
    ['answers a web page', () => ({ headers: { 'content-type': 'text/html' }, body: '<html></html>' })],
    ['answers no list', () => ({ body: ok({ tokens: [] }) })],
    ['refuses inside of a success', () => ({ body: { status_code: 2001 } })],
    ['redirects', () => ({ status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' })],
    ['links elsewhere', () => ({ headers: { link: '<http://localhost/tokens>; rel="next"' }, body: ok([token('A')]) })],
    ['links to the same page', (page) => ({ headers: { link: `<${page}>; rel="next"` }, body: ok([token('A')]) })],
    ['links on from an empty page', () => ({ headers: { link: '<?offset=9>; rel="next"' }, body: ok([]) })],
  ];

  it.each(answers)('%s is asked again later, and harms nobody else', async (_, answer) => {
    partner.answer = ({ path }) => (path.startsWith('/tokens') ? answer(`${partner.url}${path}`) : undefined);
    await connect(partner, party.partyId);
    const other = await start('OTH');
    await connect(other, 'OTH');
    await pulled(0);
    await eventually(() => expect(pulls(other)).toHaveLength(1));
    expect(await states('A')).toEqual([]);
    await giveTurns();
    expect(pulls()).toHaveLength(1);
    list([token('A')]);
    await pulled(121);
    expect(await validOf('A')).toEqual([true]);
    await other.stop();
  });

  it('links to page after page has turns as everybody has, and goes on where it was', async () => {
    let pages = 0;
    partner.answer = ({ path }) => {
      if (!path.startsWith('/tokens')) return undefined;
      const link = `<${partner.url}/tokens?offset=${++pages}>; rel="next"`;
      return { headers: { link }, body: ok([token(String(pages))]) };
    };
    await connect(partner, party.partyId);
    await pulled(0);
    expect(pulls().length).toBeLessThanOrEqual(100);
    await pulled(1);
    expect(new Set(queries().map(({ offset }) => offset)).size).toBe(pulls().length);
  });

  it('does not answer holds nobody else up', async () => {
    partner.answer = ({ path }) => (path.startsWith('/tokens') ? new Promise(() => undefined) : undefined);
    await connect(partner, party.partyId);
    await giveTurns();
    const other = await start('OTI');
    await connect(other, 'OTI');
    await eventually(async () => {
      await giveTurns();
      expect(pulls(other)).toHaveLength(1);
    });
    await other.stop();
  });
});
