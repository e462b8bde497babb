import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import {
  type CdrIssued,
  type DataOf,
  LocationState,
  OperatorState,
  StartRequested,
  StationState,
  cdrs,
  newEvent,
  startRequests,
} from '@chargemesh/contracts';
import { CHECKOUT, type Checkout, type Quote } from '@chargemesh/payments';
import { asAdmin } from '@chargemesh/persistence/testing';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { finalized, place, session, started } from '@chargemesh/testing/billing';
import { type Random, random } from '@chargemesh/testing/random';
import { v7 as uuidv7 } from 'uuid';
import { randomTariff, randomUse } from './random-sessions.js';

const SESSIONS = 1_000;
const TARIFFS = 60;
const AT_ONCE = 10;
const LASTS_MS = 3_600_000;
const SINCE = '2026-01-01T00:00:00Z';
const [EUROPEAN, GULF] = ['01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-0000000000c2'];
/** Where it is charged, by whom, and in which currency: rates of VAT and smallest units differ. */
const PLACES = [
  { country: 'DEU', currency: 'EUR', operatorId: EUROPEAN },
  { country: 'FRA', currency: 'EUR', operatorId: EUROPEAN },
  { country: 'CHE', currency: 'CHF', operatorId: EUROPEAN },
  { country: 'HUN', currency: 'HUF', operatorId: EUROPEAN },
  { country: 'ISL', currency: 'ISK', operatorId: EUROPEAN },
  { country: 'KWT', currency: 'KWD', operatorId: GULF },
] as const;
/** Digits of their smallest units (ISO 4217), said here once more: nothing of what is tested counts in this test. */
const DIGITS = { EUR: 2, CHF: 2, HUF: 2, ISK: 0, KWD: 3 } as const;
type Currency = keyof typeof DIGITS;

type Cdr = DataOf<typeof CdrIssued>;
interface Paid {
  readonly stationId: string;
  readonly reference: string;
  readonly paymentId: string;
  readonly quote: Quote;
  readonly tokenUid: string;
}

const seed = Number(process.env['TRIAL_SEED'] ?? Math.floor(Math.random() * 1e9));

/** An amount in the smallest unit, read digit by digit: "12.3" of EUR is 1230. */
function units(amount: string, currency: Currency): number {
  const [whole = '0', fraction = ''] = amount.split('.');
  if (fraction.length > DIGITS[currency] && /[1-9]/.test(fraction.slice(DIGITS[currency])))
    throw new Error(`${amount} ${currency} has more digits than the currency`);
  return Number(`${whole}${fraction.padEnd(DIGITS[currency], '0').slice(0, DIGITS[currency])}`);
}

describe('what is captured of ad hoc sessions', () => {
  let platform: TestServices;
  let checkout: Checkout;
  const keys = new Map<string, string>();
  const next: Random = random(seed);
  const locations = Array.from({ length: TARIFFS }, (_, index) => ({
    locationId: uuidv7(),
    ...PLACES[index % PLACES.length]!,
  }));
  const locationOf = (index: number) => locations[index % TARIFFS]!;

  beforeAll(async () => {
    // Prices, bills and payments are real; this test says what stations, sessions and drivers do.
    const priced = services.filter(({ name }) => name === 'tariffs' || name === 'payments');
    const many = { PRICE_TIMEOUT_MS: '30000', OPEN_REQUESTS_PER_MINUTE: '1000000', DATABASE_POOL_SIZE: '30' };
    const environment = { SANDBOX_PAYMENTS: 'true', LOG_LEVEL: 'error', ...many };
    platform = await startTestServices(priced, { environment });
    checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
    for (const operatorId of [EUROPEAN, GULF]) keys.set(operatorId, await platform.admit({ operatorId }));
    const gulf = { ...known(GULF), name: 'Gulf', countryCode: 'KW', partyId: 'ABC', currency: 'KWD', version: 2 };
    const operator = { ...gulf, authorizationDefault: 'Invalid' as const };
    await platform.send([newEvent(OperatorState, { operatorId: GULF, time: SINCE, data: operator })]);
    await platform.send([
      ...locations.map(located),
      ...Array.from({ length: SESSIONS }, (_, index) => stationed(index)),
    ]);
    await platform.handled();
    for (const location of locations) await publish(location);
  }, LASTS_MS);
  afterAll(() => platform?.stop());

  const ask = (operatorId: string, method: string, path: string, body?: unknown) =>
    platform.ask<object>(keys.get(operatorId)!, method, `/api/tariffs/v1/${path}`, body);
  const known = (operatorId: string) => ({ operatorId, version: 1, deleted: false });

  function located({ locationId, country, operatorId }: (typeof locations)[number]) {
    const data = { ...known(operatorId), ...place, locationId, country, publish: true };
    return newEvent(LocationState, { operatorId, time: SINCE, data });
  }
  function stationed(index: number) {
    const { locationId, operatorId } = locationOf(index);
    const evses = [{ evseId: 1, evseUid: `E${index}`, connectors: [] }];
    const data = { ...known(operatorId), locationId, stationId: `CS-${index}`, released: true, connected: true, evses };
    return newEvent(StationState, { operatorId, time: SINCE, data });
  }

  async function publish({ locationId, currency, operatorId }: (typeof locations)[number]): Promise<void> {
    const tariffId = uuidv7();
    const tariff = randomTariff(next, currency, DIGITS[currency]);
    const put = await ask(operatorId, 'PUT', `tariffs/${tariffId}`, { name: 'By chance', tariff });
    expect(put).toMatchObject({ status: 200 });
    const target = { scope: 'location', locationId };
    const assignment = { tariffId, target, audience: { kind: 'ad-hoc' }, validFrom: SINCE };
    await eventually(async () =>
      expect(await ask(operatorId, 'PUT', `tariff-assignments/${uuidv7()}`, assignment)).toMatchObject({ status: 200 }),
    );
  }

  async function pay(index: number): Promise<Paid> {
    const at = { operatorId: locationOf(index).operatorId, stationId: `CS-${index}`, evseId: 1, language: 'en' };
    const quote = await eventually(async () => {
      const asked = await checkout.quote(at);
      if (typeof asked === 'string') throw new Error(`no quote: ${asked}`);
      return asked;
    });
    const opened = await checkout.open({ ...at, quote, attempt: uuidv7() });
    if (opened === 'taken') throw new Error('taken');
    const body = new URLSearchParams({ outcome: 'approve' });
    const approved = await fetch(`${platform.url}${opened.redirectUrl}`, { method: 'POST', redirect: 'manual', body });
    expect(approved.status).toBe(303);
    await checkout.returned(opened.reference);
    const { paymentId } = (await checkout.view(opened.reference))!;
    return { stationId: at.stationId, reference: opened.reference, paymentId, quote, tokenUid: '' };
  }

  /** Their tokens are told with the starts that are asked for. */
  async function withTokens(paid: readonly Paid[]): Promise<Paid[]> {
    return eventually(async () => {
      const requests = (await platform.told(startRequests)).filter(({ type }) => type === StartRequested.type);
      const tokens = new Map(requests.map(({ data }) => [data['requestId'], String(data['tokenUid'])]));
      return paid.map((one) => {
        const tokenUid = tokens.get(one.paymentId);
        if (tokenUid === undefined) throw new Error(`no start was asked for ${one.paymentId}`);
        return { ...one, tokenUid };
      });
    });
  }

  /** It is charged, and of every fifth something comes late that changes the bill. */
  function charged({ stationId, tokenUid, quote }: Paid, index: number) {
    const { locationId, country, operatorId } = locationOf(index);
    const token = {
      uid: tokenUid,
      type: 'AD_HOC_USER',
      contractId: tokenUid,
      countryCode: 'DE',
      partyId: 'ABC',
    } as const;
    const own = { stationId, token, agreedPrice: quote.offer.price, location: { locationId, ...place, country } };
    const first = session({ ...own, ...randomUse(next) });
    const { sessionId, startedAt } = first;
    const again = index % 5 === 0 ? [{ ...first, ...randomUse(next, startedAt), sessionId, version: 4 }] : [];
    return {
      facts: [started(operatorId, first), finalized(operatorId, first)],
      corrections: again.map((version) => finalized(operatorId, version)),
    };
  }

  it(
    `is to the smallest unit what their CDRs come to (seed ${seed})`,
    async () => {
      const paid: Paid[] = [];
      for (let from = 0; from < SESSIONS; from += AT_ONCE)
        paid.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => pay(from + index)))));
      const all = await withTokens(paid);
      const used = all.map((one, index) => charged(one, index));
      for (let from = 0; from < SESSIONS; from += AT_ONCE)
        await platform.send(used.slice(from, from + AT_ONCE).flatMap(({ facts }) => facts));
      await eventually(async () => expect(await unsettled()).toBe(0));
      await platform.send(used.flatMap(({ corrections }) => corrections));
      await eventually(() => expectCaptured(all));
    },
    LASTS_MS,
  );

  async function expectCaptured(all: readonly Paid[]): Promise<void> {
    expect(await unsettled()).toBe(0);
    const [taken, bills] = [await atProvider(), await billsOf()];
    const found = all.map(({ paymentId, stationId, quote }) => {
      const history = bills.get(stationId) ?? [];
      return { history, hold: quote.hold, ...taken.get(paymentId)! };
    });
    expect(found.map(({ net }) => net)).toEqual(found.map(dueOf));
    // Chance has brought about what is to be proved: bills above the hold, of nothing, corrected, and of each kind of currency.
    expect(
      found.filter(({ history, hold }) => Number(history[0]?.totalInclTaxes) > Number(hold)).length,
    ).toBeGreaterThan(0);
    expect(found.filter(({ refunded }) => refunded > 0).length).toBeGreaterThan(10);
    expect(found.filter(({ history }) => history.length > 1).length).toBeGreaterThan(100);
    expect(new Set(found.map(({ currency }) => DIGITS[currency]))).toEqual(new Set([0, 2, 3]));
  }

  /** Of a correction only what is less is given back: nothing is taken a second time, and nothing beyond the hold. */
  function dueOf({ history, hold, currency }: { history: Cdr[]; hold: string; currency: Currency }): number {
    const totals = history.map(({ totalInclTaxes }) => units(totalInclTaxes, currency));
    return Math.min(units(hold, currency), ...totals);
  }

  const admin = <Row extends object>(sql: string) =>
    asAdmin(platform.adminUrl, async (connection) => (await connection.query<Row>(sql)).rows);

  async function unsettled(): Promise<number> {
    const [row] = await admin<{ n: number }>(
      `SELECT count(*)::int AS n FROM payments.payments
       WHERE state NOT IN ('captured', 'refunded', 'released') OR refund_wanted > refunded_amount
         OR (SELECT count(*) FROM payments.payment_cdrs AS c WHERE c.payment_id = payments.payment_id) = 0`,
    );
    return row?.n ?? SESSIONS;
  }

  /** What the provider has of each payment, by its own books. */
  async function atProvider() {
    const rows = await admin<{ paymentId: string; currency: Currency; captured: number; refunded: number }>(
      `SELECT payment_id AS "paymentId", currency, coalesce(captured, 0)::int AS captured, refunded::int FROM payments.sandbox_checkouts`,
    );
    return new Map(rows.map((row) => [row.paymentId, { ...row, net: row.captured - row.refunded }]));
  }

  /** What tariffs has issued of each station's only session, the replacements behind what they replace. */
  async function billsOf(): Promise<Map<string, Cdr[]>> {
    const issued = (await platform.told(cdrs)).map(({ data }) => data as unknown as Cdr);
    const bills = new Map<string, Cdr[]>();
    for (const cdr of issued)
      if (cdr.kind !== 'credit') bills.set(cdr.stationId, [...(bills.get(cdr.stationId) ?? []), cdr]);
    return bills;
  }
});
