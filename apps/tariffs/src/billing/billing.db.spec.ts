import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CdrEvent, CdrIssued, DataOf, SessionFinalized, SessionToken } from '@chargemesh/contracts';
import { DependencyMissing, Outbox } from '@chargemesh/messaging';
import type { Transaction } from '@chargemesh/persistence';
import { verifyTrace } from '@chargemesh/rating';
import { ManualClock, type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { LOCATION_ID, finalized, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import type { Assignment } from '../price-list/assignments/assignment.entity.js';
import { AssignmentsStore } from '../price-list/assignments/assignments.store.js';
import { tariffsService } from '../index.js';
import type { TariffVersion } from '../price-list/tariffs/tariff.entity.js';
import { MarketPricesStore } from '../price-list/market-prices/market-prices.store.js';
import { MarketTariffs } from '../price-list/market-prices/market-tariffs.service.js';
import { PriceAtStore } from '../price-list/pricing/price-at.store.js';
import { PriceBook } from '../price-list/pricing/price-book.service.js';
import { LocationGroupsStore } from '../price-list/location-groups/location-groups.store.js';
import { TariffsStore } from '../price-list/tariffs/tariffs.store.js';
import { everybody } from '../testing/assignments.js';
import { ocpiTariff } from '../testing/tariffs.js';
import { VatPartiesStore } from '../price-list/vat/parties.store.js';
import { VatStore } from '../price-list/vat/vat.store.js';
import { CdrsStore } from './cdrs/cdrs.store.js';
import { CdrIssuer } from './cdrs/cdr-issuer.service.js';
import { PinsService } from './pins/pins.service.js';
import { PinsStore } from './pins/pins.store.js';

type Finalized = DataOf<typeof SessionFinalized>;

const day = (date: string): Date => new Date(`${date}T00:00:00Z`);
const tariffs = new TariffsStore();
const assignments = new AssignmentsStore();
const groups = new LocationGroupsStore();
const vat = new VatStore();
const parties = new VatPartiesStore();
const markets = new MarketTariffs(new MarketPricesStore());
const prices = new PriceBook(assignments, vat, parties, tariffs, markets, new PriceAtStore());
const cdrs = new CdrsStore();
const pinsStore = new PinsStore();
const pins = new PinsService(prices, pinsStore);

/** The session as its registers say it: all that was charged is of its first period. */
function withEnergy(data: Finalized, energyWh: number): Finalized {
  const [first, ...parking] = data.periods;
  return { ...data, energyWh, periods: first ? [{ ...first, energyWh }, ...parking] : [] };
}

/** The session from an earlier start or to a later end, its periods with it. */
function withEdges(data: Finalized, edges: Partial<Pick<Finalized, 'startedAt' | 'endedAt'>>): Finalized {
  const { startedAt, endedAt } = { ...data, ...edges };
  const periods = data.periods.map((period, index, { length }) => ({
    ...period,
    ...(index === 0 ? { startedAt } : {}),
    ...(index === length - 1 ? { endedAt } : {}),
  }));
  return { ...data, startedAt, endedAt, periods };
}

describe('pricing', () => {
  let test: TestDatabase;
  let issuer: CdrIssuer;
  let ours: string;

  beforeAll(async () => {
    test = await openTestDatabase(tariffsService);
    const outbox = new Outbox('tariffs', () => undefined);
    const clock = new ManualClock('2026-03-03T00:00:00Z');
    issuer = new CdrIssuer(prices, pins, pinsStore, cdrs, outbox, clock);
  });

  afterAll(() => test.drop());

  // Every test has an operator of its own, so that its numbers begin anew.
  beforeEach(async () => {
    ours = uuidv7();
    await know(ours, 'EUR');
  });

  // Whatever a test does: each CDR tells its price so that it can be recomputed from itself alone.
  afterEach(async () => {
    for (const { document } of await issued())
      expect(verifyTrace(document)).toEqual({ result: 'equal', differences: [] });
  });

  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>, operators = [ours]) =>
    test.database.transaction(operators, work);
  const know = (operatorId: string, currency: string) =>
    test.database.transaction([], (tx) =>
      tx.query(
        `INSERT INTO known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
         VALUES ($1, 1, 'Operator', 'DE', 'ABC', $2, 'Invalid', false)`,
        [operatorId, currency],
      ),
    );
  const start = (data: Finalized) => inTransaction((tx) => pins.pin([started(ours, data)], tx));
  const finish = (...data: Finalized[]) =>
    inTransaction((tx) =>
      issuer.issue(
        data.map((one) => finalized(ours, one)),
        tx,
      ),
    );
  const issued = (operators = [ours]) =>
    inTransaction(
      (tx) =>
        tx.query<{ number: string; sessionId: string; document: DataOf<typeof CdrIssued> }>(
          `SELECT number, session_id AS "sessionId", document FROM cdrs ORDER BY number`,
        ),
      operators,
    );
  const numbers = async () => (await issued()).map(({ number }) => number);
  const totalOf = async ({ sessionId }: Finalized) =>
    (await issued()).find((cdr) => cdr.sessionId === sessionId)?.document.totalBeforeTaxes;
  const told = () =>
    test.database.transaction([], (tx) => tx.query(`SELECT FROM outbox WHERE headers->>'ce_operatorid' = $1`, [ours]));

  /** 10 kWh and half an hour of parking are 10 times the price and 3 more. */
  async function publish(perKwh: number, more: Partial<TariffVersion> = {}): Promise<TariffVersion> {
    const version: TariffVersion = {
      tariffId: uuidv7(),
      tariffVersion: 1,
      operatorId: ours,
      name: 'T',
      currency: 'EUR',
      tariff: ocpiTariff(perKwh),
      validFrom: new Date(0),
      publishedAt: day('2026-01-01'),
      ...more,
    };
    expect(await inTransaction((tx) => tariffs.add(tx, version))).toBe(true);
    return version;
  }

  async function assign({ tariffId }: TariffVersion, more: Partial<Assignment> = {}): Promise<Assignment> {
    const assignment: Assignment = {
      assignmentId: uuidv7(),
      operatorId: ours,
      version: 1,
      tariffId,
      ...everybody,
      validFrom: day('2026-01-01'),
      validTo: null,
      ...more,
    };
    expect(await inTransaction((tx) => assignments.add(tx, assignment))).toBe(true);
    return assignment;
  }

  describe('after the database was restored to an older moment', () => {
    /** Issues CDRs in a part of the history that gets lost; the log has them. */
    async function issuedAndLost(data: Finalized): Promise<CdrEvent[]> {
      let facts: CdrEvent[] = [];
      const lost = new Error('the history ends before the commit');
      await inTransaction(async (tx) => {
        facts = await issuer.issue([finalized(ours, data)], tx);
        throw lost;
      }).catch((error: unknown) => expect(error).toBe(lost));
      return facts;
    }

    it('takes back the CDRs that it has forgotten: none is issued again, and no number given out twice', async () => {
      await assign(await publish(0.5));
      const [before, forgotten, after] = [session(), session(), session()];
      await finish(before);
      const facts = await issuedAndLost(forgotten);
      expect(await numbers()).toEqual(['CDR-000000001']);
      for (let turn = 0; turn < 2; turn++) await inTransaction((tx) => issuer.recall(facts, tx));
      await finish(before, forgotten, after);
      expect(await numbers()).toEqual(['CDR-000000001', 'CDR-000000002', 'CDR-000000003']);
      expect((await issued())[1]?.document).toEqual(facts[0]?.data);
    });

    it('corrects what it has taken back when late facts change it', async () => {
      await assign(await publish(0.5));
      const data = session();
      await inTransaction(async (tx) => issuer.recall(await issuedAndLost(data), tx));
      await finish({ ...withEnergy(data, 4_000), version: data.version + 1 });
      expect((await issued()).map(({ document }) => document.kind ?? 'cdr')).toEqual(['cdr', 'credit', 'replacement']);
    });
  });

  describe('with the VAT of the kind of sale', () => {
    const [own, partner] = [
      { countryCode: 'DE', partyId: 'ABC' },
      { countryCode: 'NL', partyId: 'EMS' },
    ] as const;
    const charged = (more: Partial<SessionToken>) =>
      session({ token: { uid: 'T', type: 'RFID', contractId: 'C9', ...partner, ...more } });
    const bill = async ({ sessionId }: Finalized) => {
      const { document } = (await issued()).find((cdr) => cdr.sessionId === sessionId)!;
      return [document.totalBeforeTaxes, document.totalInclTaxes, ...document.flags];
    };
    beforeEach(async () => {
      await assign(await publish(0.5));
    });
    const established = (party: { countryCode: string; partyId: string }, establishedIn: string) =>
      inTransaction((tx) =>
        parties.save(tx, ours, { ...party, establishedIn, dealer: true, vatNumber: 'NL123456789B01' }),
      );

    it('is not decided for a partner of whom nobody knows where it is established', async () => {
      const roaming = charged({});
      await finish(roaming);
      expect(await bill(roaming)).toEqual(['8.00', '9.52', 'vat-not-decided']);
    });

    it('is owed by a dealer from elsewhere, and by nobody else', async () => {
      await established(own, 'DEU');
      await established(partner, 'NLD');
      const [roaming, customer, adHoc] = [charged({}), charged(own), charged({ ...own, type: 'AD_HOC_USER' })];
      await finish(roaming, customer, adHoc);
      expect(await bill(roaming)).toEqual(['8.00', '8.00', 'reverse-charge']);
      expect(await bill(customer)).toEqual(['8.00', '9.52']);
      expect(await bill(adHoc)).toEqual(['8.00', '9.52']);
    });

    it('stays what it was at the start, whatever is said of the partner afterwards', async () => {
      await established(own, 'DEU');
      await established(partner, 'NLD');
      const roaming = charged({});
      await start(roaming);
      await inTransaction((tx) => parties.remove(tx, partner));
      await finish(roaming);
      expect(await bill(roaming)).toEqual(['8.00', '8.00', 'reverse-charge']);
    });
  });

  describe('by the tariff that applied when the session started', () => {
    it('takes the narrowest assignment of each session of a batch', async () => {
      await assign(await publish(0.1));
      await assign(await publish(0.2), { scope: 'location', locationId: LOCATION_ID });
      await assign(await publish(0.3), { scope: 'evse', stationId: 'CS-1', evseId: 1 });
      const elsewhere = { ...session().location, locationId: uuidv7() };
      const three = [session(), session({ evseId: 2 }), session({ stationId: 'CS-2', location: elsewhere })] as const;
      await finish(...three);
      expect(await Promise.all(three.map(totalOf))).toEqual(['6.00', '5.00', '4.00']);
    });

    it("takes the price of the token's contract, group, kind or partner, before any price of the place", async () => {
      const own = { countryCode: 'DE', partyId: 'ABC' };
      await assign(await publish(0.9), { scope: 'evse', stationId: 'CS-1', evseId: 1 });
      await assign(await publish(0.8), { audience: 'ad-hoc' });
      await assign(await publish(0.5), { audience: 'contract', contractId: 'DE-ABC-C1', ...own });
      await assign(await publish(0.6), { audience: 'token-group', groupId: 'Fleet', ...own });
      await assign(await publish(0.7), { audience: 'partner', countryCode: 'NL', partyId: 'EMS' });
      const token = (more: Partial<SessionToken>) => {
        const known = { uid: 'T', type: 'RFID', contractId: 'DE-ABC-C9', ...own } as const;
        return session({ token: { ...known, ...more } });
      };
      const sessions = [
        token({ contractId: 'de-abc-c1', groupId: 'FLEET' }),
        token({ groupId: 'FLEET' }),
        token({ groupId: 'FLEET', countryCode: 'NL', partyId: 'EMS' }),
        token({ groupId: 'FLEET', countryCode: 'FR', partyId: 'XYZ' }),
        token({ type: 'AD_HOC_USER', contractId: 'DE-ABC-C1' }),
        token({}),
        session({ token: undefined }),
      ];
      await finish(...sessions);
      const totals = await Promise.all(sessions.map(totalOf));
      expect(totals).toEqual(['8.00', '9.00', '10.00', '12.00', '11.00', '12.00', '12.00']);
    });

    it('takes the price of the group that the location was in when the session started', async () => {
      const group = { locationGroupId: uuidv7(), operatorId: ours, version: 1, name: 'City' };
      await inTransaction((tx) => groups.add(tx, group));
      await inTransaction((tx) => groups.addMembers(tx, group, [LOCATION_ID], day('2026-01-01')));
      await inTransaction((tx) =>
        groups.endMembers(tx, group.locationGroupId, [LOCATION_ID], new Date('2026-03-02T09:30:00Z')),
      );
      await assign(await publish(0.1));
      await assign(await publish(0.2), { scope: 'location-group', locationGroupId: group.locationGroupId });
      const [within, after] = [session(), session({ startedAt: '2026-03-02T09:30:00Z', periods: [] })];
      await finish(within, after);
      expect([await totalOf(within), await totalOf(after)]).toEqual(['5.00', '0.00']);
    });

    it('but by what the driver agreed to before, if anything, with the VAT of then', async () => {
      const shown = await publish(0.5, {
        tariff: { currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price: 0.5, step_size: 1 }] }] },
      });
      await publish(0.9, { ...shown, tariffVersion: 2, tariff: ocpiTariff(0.9), validFrom: day('2026-02-01') });
      await assign(await publish(0.7), { scope: 'evse', stationId: 'CS-1', evseId: 1 });
      const agreedPrice = { tariffId: shown.tariffId, tariffVersion: 1, vatPercent: '7' };
      const [begun, unheard] = [session({ agreedPrice }), session({ agreedPrice })];
      await start(begun);
      await finish(begun, unheard);
      for (const { sessionId } of [begun, unheard]) {
        const document = (await issued()).find((cdr) => cdr.sessionId === sessionId)?.document;
        expect(document).toMatchObject({ tariffVersion: 1, totalBeforeTaxes: '5.00', totalInclTaxes: '5.35' });
      }
    });

    it('is pinned anew where it turns out that another driver charges, who agreed to nothing', async () => {
      const shown = await publish(0.5);
      await assign(await publish(0.9));
      const data = session({ agreedPrice: { tariffId: shown.tariffId, tariffVersion: 1 } });
      await start(data);
      await finish({ ...data, agreedPrice: undefined });
      expect(await totalOf(data)).toBe('12.00');
    });

    it('waits for the version that was agreed, and takes none of another operator', async () => {
      await assign(await publish(0.9));
      const theirs = uuidv7();
      const foreign = await test.database.transaction([theirs], async (tx) => {
        const version = { ...(await publish(0.1)), tariffId: uuidv7(), operatorId: theirs };
        await tariffs.add(tx, version);
        return version;
      });
      for (const tariffId of [uuidv7(), foreign.tariffId]) {
        const data = session({ agreedPrice: { tariffId, tariffVersion: 1 } });
        const both = inTransaction((tx) => issuer.issue([finalized(ours, data)], tx), [ours, theirs]);
        await expect(both).rejects.toThrow(DependencyMissing);
      }
      expect(await issued()).toEqual([]);
    });

    it('keeps to it, whatever is published and assigned during the session', async () => {
      const first = await publish(0.5);
      const assignment = await assign(first);
      const data = session();
      await start(data);
      await publish(0.9, { ...first, tariffVersion: 2, tariff: ocpiTariff(0.9), validFrom: day('2026-02-01') });
      await inTransaction((tx) => assignments.change(tx, { ...assignment, version: 2, validTo: day('2026-03-01') }));
      await finish(data);
      expect(await totalOf(data)).toBe('8.00');
    });

    it('keeps to there having been none', async () => {
      const data = session();
      await start(data);
      await assign(await publish(0.5));
      await finish(data);
      expect(await totalOf(data)).toBe('0.00');
    });

    it('finds it by the effective start when the start was not seen', async () => {
      const [before, after] = [await publish(0.1), await publish(0.2)];
      await assign(before, { validTo: new Date('2026-03-02T09:00:00Z') });
      await assign(after, { validFrom: new Date('2026-03-02T09:00:00Z') });
      const data = session();
      const earlier = withEdges(session(), { startedAt: '2026-03-02T08:59:59Z' });
      await finish(data, earlier);
      expect([await totalOf(data), await totalOf(earlier)]).toEqual(['5.00', '4.00']);
    });

    it('takes the version that was published then', async () => {
      const first = await publish(0.1);
      const next = { ...first, tariffVersion: 2, tariff: ocpiTariff(0.2) };
      await publish(0.2, { ...next, validFrom: new Date('2026-03-02T09:00:01Z') });
      await assign(first);
      const [early, late] = [session(), session({ startedAt: '2026-03-02T09:00:01Z', periods: [] })];
      await finish(early, late);
      const documents = (await issued()).map(({ document }) => document);
      expect(documents).toMatchObject([{ tariffVersion: 1 }, { tariffVersion: 2 }]);
    });

    it('is that of the customer and the place that are told after the start, as it was then', async () => {
      const own = { countryCode: 'DE', partyId: 'ABC' };
      await assign(await publish(0.5));
      await assign(await publish(0.3), { audience: 'contract', contractId: 'DE-ABC-C1', ...own });
      await assign(await publish(0.9), { scope: 'evse', stationId: 'CS-1', evseId: 2 });
      const token = { uid: 'T', type: 'RFID', contractId: 'DE-ABC-C1', ...own } as const;
      const [named, moved] = [session({ token: undefined }), session({ token: undefined })];
      await start(named);
      await start(moved);
      await assign(await publish(0.1), {
        audience: 'contract',
        contractId: 'DE-ABC-C1',
        ...own,
        validFrom: day('2026-03-03'),
      });
      await finish({ ...named, token }, { ...moved, evseId: 2 });
      expect([await totalOf(named), await totalOf(moved)]).toEqual(['6.00', '12.00']);
      await finish({ ...withEnergy({ ...named, token }, 12_000), version: named.version + 1 });
      expect((await issued()).at(-1)?.document).toMatchObject({ kind: 'replacement', totalBeforeTaxes: '6.60' });
    });

    it.each([
      ['a month behind', '2026-02-02T09:00:00Z', { first: '2026-02-20', second: '2026-03-02T08:00:00Z' }],
      ['a month ahead', '2026-04-02T09:00:00Z', { first: '2026-03-01', second: '2026-03-10T00:00:00Z' }],
      ['12 hours behind', '2026-03-01T21:00:00Z', { first: '2026-03-01', second: '2026-03-02T08:00:00Z' }],
      ['never set', '1970-01-01T00:00:10Z', { first: '2026-02-20', second: '2026-03-02T08:00:00Z' }],
    ])('follows the start when it is mended, where the clock was %s', async (_, said, { first, second }) => {
      const version = await publish(0.1, { validFrom: day('1969-01-01') });
      await publish(0.2, { ...version, tariffVersion: 2, tariff: ocpiTariff(0.2), validFrom: new Date(first) });
      await publish(0.3, { ...version, tariffVersion: 3, tariff: ocpiTariff(0.3), validFrom: new Date(second) });
      await assign(version, { validFrom: day('1969-01-01') });
      const data = session();
      await start({ ...data, startedAt: said });
      await finish(data);
      const expected = Date.parse(second) <= Date.parse(data.startedAt) ? 3 : 2;
      expect((await issued()).map(({ document }) => document)).toMatchObject([{ tariffVersion: expected }]);
    });

    it('is that of the start which a correction mends, and no other for what a correction does not change', async () => {
      const version = await publish(0.1);
      await publish(0.2, {
        ...version,
        tariffVersion: 2,
        tariff: ocpiTariff(0.2),
        validFrom: new Date('2026-03-02T09:00:00Z'),
      });
      await assign(version);
      const data = session();
      await finish(data);
      await finish({ ...withEdges(data, { startedAt: '2026-03-02T08:59:00Z' }), version: data.version + 1 });
      expect((await issued()).map(({ document }) => document.tariffVersion)).toEqual([2, 2, 1]);
    });

    it('does not pin a second time', async () => {
      const data = session();
      await assign(await publish(0.5));
      await start(data);
      await assign(await publish(0.9), { scope: 'evse', stationId: 'CS-1', evseId: 1 });
      await start(data);
      await finish(data);
      expect(await totalOf(data)).toBe('8.00');
    });
  });

  describe('with the VAT of components that have none', () => {
    const untaxed = (vat?: number) => {
      const tariff = ocpiTariff();
      const [energy] = tariff.elements[0]?.price_components ?? [];
      const { vat: _vat, ...net } = energy as NonNullable<typeof energy>;
      return { ...tariff, elements: [{ price_components: [vat === undefined ? net : { ...net, vat }] }] };
    };
    const inclTaxes = async ({ sessionId }: Finalized) => {
      const cdr = (await issued()).find((one) => one.sessionId === sessionId);
      const { document } = cdr as unknown as { document: { totalInclTaxes: string; tariff: unknown } };
      return document;
    };
    const abroad = (country: string, timeZone: string, startedAt: string) =>
      session({
        startedAt,
        endedAt: startedAt,
        energyWh: 1_000,
        location: { ...session().location, country, timeZone },
        periods: [{ startedAt, endedAt: startedAt, energyWh: 1_000, kind: 'charging' }],
      });

    it('takes that of the country, and the CDR shows the tariff with it', async () => {
      await assign(await publish(0.5, { tariff: untaxed() }));
      const data = session();
      await finish(data);
      expect(await inclTaxes(data)).toMatchObject({ totalInclTaxes: '5.95', tariff: untaxed(19) });
    });

    it("takes that of the session's own day by the clock of the location", async () => {
      const tariff = { ...untaxed(), elements: [{ price_components: [{ type: 'ENERGY' as const, price: 100 }] }] };
      await assign(await publish(0.5, { tariff }), { validFrom: day('2020-01-01') });
      const sessions = [
        abroad('EST', 'Europe/Tallinn', '2025-06-30T20:59:59Z'),
        abroad('EST', 'Europe/Tallinn', '2025-06-30T21:00:00Z'),
        abroad('CHE', 'Europe/Zurich', '2026-03-02T09:00:00Z'),
        abroad('USA', 'America/Chicago', '2026-03-02T09:00:00Z'),
      ];
      await finish(...sessions);
      const totals = (await Promise.all(sessions.map(inclTaxes))).map(({ totalInclTaxes }) => totalInclTaxes);
      expect(totals).toEqual(['122.00', '124.00', '108.10', '100.00']);
    });

    it("takes the operator's own, as it was when the session started", async () => {
      await assign(await publish(0.5, { tariff: untaxed() }));
      const [before, after] = [session(), session()];
      await start(before);
      const rate = { country: 'DEU', validFrom: '2010-01-01', percentage: '7' };
      await inTransaction((tx) => vat.save(tx, ours, rate));
      await finish(before, after);
      expect((await inclTaxes(before)).totalInclTaxes).toBe('5.95');
      expect((await inclTaxes(after)).totalInclTaxes).toBe('5.35');
    });
  });

  describe('issues one CDR for each session', () => {
    it('when the session is told to be final twice, in one batch and in another', async () => {
      const [a, b] = [session(), session()];
      await finish(a, b, a);
      await finish(b, session(), a);
      expect(await numbers()).toEqual(['CDR-000000001', 'CDR-000000002', 'CDR-000000003']);
      expect(new Set((await issued()).map(({ sessionId }) => sessionId)).size).toBe(3);
      expect(await told()).toHaveLength(3);
    });

    it('the same ones however the batches are split', async () => {
      const all = Array.from({ length: 7 }, () => session());
      for (const some of [all.slice(0, 3), all.slice(2, 6), all, all.slice(4)]) await finish(...some);
      const rows = await issued();
      expect(rows.map(({ sessionId }) => sessionId)).toEqual(all.map(({ sessionId }) => sessionId));
      expect(rows.map(({ number }) => Number(number.slice(4)))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('and gives the numbers of a failed batch again', async () => {
      const [a, b] = [session(), session()];
      await finish(a);
      const failing = inTransaction(async (tx) => {
        await issuer.issue([finalized(ours, b), finalized(ours, session())], tx);
        throw new Error('the commit did not happen');
      });
      await expect(failing).rejects.toThrow('the commit did not happen');
      expect(await numbers()).toEqual(['CDR-000000001']);
      await finish(b);
      expect(await numbers()).toEqual(['CDR-000000001', 'CDR-000000002']);
      expect(await told()).toHaveLength(2);
    });

    it('and gives the numbers of a failed attempt again, where the batch goes on without the culprit', async () => {
      await assign(await publish(0.5));
      const impossible = session({ endedAt: '2026-03-02T08:00:00Z', periods: [] });
      const good = session();
      await inTransaction(async (tx) => {
        await tx.attempt(() => issuer.issue([finalized(ours, impossible)], tx)).catch(() => undefined);
        await tx.attempt(() => issuer.issue([finalized(ours, good)], tx));
      });
      expect(await issued()).toMatchObject([{ number: 'CDR-000000001', sessionId: good.sessionId }]);
    });

    it('without gaps when many transactions issue at once, some of which fail', async () => {
      const other = uuidv7();
      await know(other, 'EUR');
      const batch = (index: number) =>
        inTransaction(
          async (tx) => {
            await issuer.issue(
              [ours, other, ours].map((operatorId) => finalized(operatorId, session())),
              tx,
            );
            if (index % 4 === 0) throw new Error('failed late');
          },
          [ours, other],
        );
      await Promise.allSettled(Array.from({ length: 16 }, (_, index) => batch(index)));
      for (const [operatorId, count] of [
        [ours, 24],
        [other, 12],
      ] as const) {
        const given = (await issued([operatorId])).map(({ number }) => Number(number.slice(4)));
        expect(given).toEqual(Array.from({ length: count }, (_, index) => index + 1));
      }
    });

    it('waits for the operator when its currency is not known yet', async () => {
      const stranger = uuidv7();
      const issue = inTransaction((tx) => issuer.issue([finalized(stranger, session())], tx), [stranger]);
      await expect(issue).rejects.toThrow(DependencyMissing);
    });
  });

  describe('corrects what was issued', () => {
    const later = (data: Finalized, more: Partial<Finalized> = {}) => {
      const { energyWh = 12_000 } = more;
      return { ...withEnergy(data, energyWh), version: data.version + 2, ...more };
    };
    const rows = () =>
      inTransaction((tx) =>
        tx.query<{ number: string; kind: string; document: DataOf<typeof CdrIssued> }>(
          `SELECT number, kind, document FROM cdrs ORDER BY number`,
        ),
      );
    const kinds = async () => (await rows()).map(({ kind }) => kind);
    let data: Finalized;

    beforeEach(async () => {
      await assign(await publish(0.5));
      data = session();
      await start(data);
      await finish(data);
      await assign(await publish(0.9), { scope: 'evse', stationId: 'CS-1', evseId: 1 });
    });

    it('by a credit and a replacement, which name what they are for, at the price of the same pin', async () => {
      await finish(later(data));
      const [cdr, credit, replacement, ...more] = (await rows()).map(({ document }) => document);
      expect(more).toEqual([]);
      expect(cdr).toMatchObject({ number: 'CDR-000000001', totalBeforeTaxes: '8.00' });
      expect(cdr).not.toHaveProperty('kind');
      expect(credit).toMatchObject({
        ...{ number: 'CDR-000000002', kind: 'credit', creditReferenceId: cdr?.cdrId, energyWh: 10_000 },
        ...{ totalBeforeTaxes: '-8.00', totalInclTaxes: '-9.52' },
        lines: [
          { price: '0.5', amountBeforeTaxes: '-5' },
          { amountBeforeTaxes: '-3', amountInclTaxes: '-3.57' },
        ],
      });
      expect(replacement).toMatchObject({
        ...{ number: 'CDR-000000003', kind: 'replacement', replacesCdrId: cdr?.cdrId, energyWh: 12_000 },
        ...{ totalBeforeTaxes: '9.00', tariffVersion: 1, tariffId: cdr?.tariffId },
      });
      expect(await told()).toHaveLength(3);
    });

    it('once, however often the correction is told, and never back to an older version', async () => {
      const correction = later(data);
      await finish(correction, data, correction);
      await finish(correction);
      await finish(data);
      expect(await kinds()).toEqual(['cdr', 'credit', 'replacement']);
    });

    it('not by what comes before the newest version and is told after it', async () => {
      const [five, seven] = [later(data), later(data, { version: 7, energyWh: 13_000 })];
      await finish(seven);
      await finish(five);
      await finish(five, seven);
      expect(await kinds()).toEqual(['cdr', 'credit', 'replacement']);
      expect((await rows()).at(-1)?.document.energyWh).toBe(13_000);
    });

    it('by nothing where the bill depends on nothing that changed', async () => {
      const signed = [{ data: 'OCMF|{}|{}' }];
      await finish(later(data, { energyWh: data.energyWh, periods: data.periods, flags: ['gap'], signed }));
      expect(await kinds()).toEqual(['cdr']);
      await finish({ ...data, version: data.version + 1, energyWh: 1 });
      expect(await kinds()).toEqual(['cdr']);
    });

    it.each<[string, Partial<Finalized>]>([
      ['energy', withEnergy(session(), 10_001)],
      ['end', withEdges(session(), { endedAt: '2026-03-02T10:00:01Z' })],
      ['start', withEdges(session(), { startedAt: '2026-03-02T08:59:00Z' })],
      ['periods', { periods: [] }],
      ['token', { token: undefined }],
      ['EVSE', { evseId: 2 }],
    ])('when the %s changed', async (_, more) => {
      await finish({ ...data, ...more, version: 4, sessionId: data.sessionId, transactionId: data.transactionId });
      expect(await kinds()).toEqual(['cdr', 'credit', 'replacement']);
    });

    it('again and again, each time the newest only, so that a session costs what its newest CDR says', async () => {
      await finish(later(data));
      await finish(later(data, { version: 6, energyWh: 11_000 }));
      const documents = (await rows()).map(({ document }) => document);
      const [, , second, credit, third] = documents;
      expect([credit?.creditReferenceId, third?.replacesCdrId]).toEqual([second?.cdrId, second?.cdrId]);
      const sum = documents.reduce((cents, { totalInclTaxes }) => cents + Math.round(Number(totalInclTaxes) * 100), 0);
      expect(sum).toBe(Math.round(Number(third?.totalInclTaxes) * 100));
    });

    it('in one with others that are new, without a gap in the numbers', async () => {
      await finish(session(), later(data), session());
      expect(await kinds()).toEqual(['cdr', 'cdr', 'credit', 'replacement', 'cdr']);
      expect((await numbers()).map((number) => Number(number.slice(4)))).toEqual([1, 2, 3, 4, 5]);
    });

    it('all or nothing', async () => {
      const failing = inTransaction(async (tx) => {
        await issuer.issue([finalized(ours, later(data))], tx);
        throw new Error('the commit did not happen');
      });
      await expect(failing).rejects.toThrow('the commit did not happen');
      expect(await kinds()).toEqual(['cdr']);
      await finish(later(data));
      expect(await numbers()).toEqual(['CDR-000000001', 'CDR-000000002', 'CDR-000000003']);
    });

    it('in a table that lets one CDR of a session be live', async () => {
      await finish(later(data));
      const [cdr, credit, replacement] = (await rows()).map(({ document }) => document);
      const insert = (kind: string, credits: string | null, replaces: string | null, sessionId = data.sessionId) =>
        inTransaction((tx) =>
          tx.query(
            `INSERT INTO cdrs (cdr_id, operator_id, session_id, number, station_id, issued_at, document, kind, credits_cdr_id, replaces_cdr_id)
             VALUES ($1, $2, $3, $4, 'CS-1', now(), '{}', $5, $6, $7)`,
            [uuidv7(), ours, sessionId, uuidv7(), kind, credits, replaces],
          ),
        );
      const id = (one: typeof cdr) => one?.cdrId ?? '';
      await expect(insert('cdr', null, null)).rejects.toThrow('cdrs_first_of_session');
      await expect(insert('credit', id(cdr), null)).rejects.toThrow('duplicate key');
      await expect(insert('replacement', null, id(cdr))).rejects.toThrow('duplicate key');
      await expect(insert('replacement', null, id(replacement))).rejects.toThrow('foreign key');
      await expect(insert('credit', id(replacement), null, uuidv7())).rejects.toThrow('foreign key');
      await expect(insert('credit', null, null)).rejects.toThrow('cdrs_credit_refers');
      await expect(insert('cdr', id(credit), null)).rejects.toThrow('cdrs_credit_refers');
    });
  });

  describe('keeps', () => {
    it('CDRs and published tariffs as they are', async () => {
      await publish(0.5);
      await finish(session());
      const tamper = (sql: string) => inTransaction((tx) => tx.query(sql));
      await expect(tamper(`UPDATE cdrs SET number = 'CDR-0'`)).rejects.toThrow('rows of cdrs are never changed');
      await expect(tamper(`DELETE FROM cdrs`)).rejects.toThrow('rows of cdrs are never changed');
      await expect(tamper(`UPDATE tariffs SET name = 'X'`)).rejects.toThrow('rows of tariffs are never changed');
      await expect(tamper(`DELETE FROM tariffs`)).rejects.toThrow('rows of tariffs are never changed');
    });

    it.each(['tariffs', 'tariff_assignments', 'pins', 'cdrs', 'cdr_numbers'])(
      'the %s of an operator to itself',
      async (table) => {
        await assign(await publish(0.5));
        await finish(session());
        const count = (operators: string[]) => inTransaction((tx) => tx.query(`SELECT FROM ${table}`), operators);
        expect(await count([ours])).toHaveLength(1);
        expect(await count([uuidv7()])).toHaveLength(0);
        expect(await count([])).toHaveLength(0);
      },
    );

    it("another operator's assignments out of a price", async () => {
      await assign(await publish(0.5));
      const stranger = uuidv7();
      await know(stranger, 'CHF');
      await inTransaction((tx) => issuer.issue([finalized(stranger, session())], tx), [ours, stranger]);
      expect(await issued([stranger])).toMatchObject([{ document: { currency: 'CHF', flags: ['no-tariff'] } }]);
    });
  });
});
