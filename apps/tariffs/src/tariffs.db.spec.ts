import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  LocationState,
  StationState,
  cdrs,
  locationGroups,
  newEvent,
  tariffAssignments,
  tariffs,
} from '@chargemesh/contracts';
import {
  INSTALLATION_API_KEY,
  ManualClock,
  type TestServices,
  askBulk,
  eventually,
  startTestServices,
} from '@chargemesh/testing';
import { LOCATION_ID, finalized, place, session, started } from '@chargemesh/testing/billing';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import type { AssignmentBody, AssignmentView } from './price-list/assignments/assignments.schema.js';
import type { CdrView } from './billing/cdrs/cdrs.schema.js';
import { tariffsService } from './index.js';
import type { LocationGroupView } from './price-list/location-groups/location-groups.schema.js';
import type { PriceDisplayView, QuoteBody, QuoteView } from './price-information/prices/prices.schema.js';
import type { TariffView } from './price-list/tariffs/tariffs.schema.js';
import type { VatRateView } from './price-list/vat/vat.schema.js';
import { ocpiTariff } from './testing/tariffs.js';

const API = '/api/tariffs/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const SINCE = '2026-01-01T00:00:00.000Z';

interface List<Item> {
  items: Item[];
  nextCursor: string | null;
}
interface ProblemBody {
  code: string;
  detail?: string;
  errors?: { pointer: string; code: string; detail: string }[];
  assignmentId?: string;
}
type CdrBody = Static<typeof CdrView>;

describe('the tariffs service', () => {
  const clock = new ManualClock('2026-03-03T00:00:00Z');
  let platform: TestServices;
  let ours: string;
  let theirs: string;

  const ask = <Body>(method: string, path: string, body?: unknown, key = ours) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);
  const putTariff = <Body = TariffView>(tariffId: string, tariff: unknown, key = ours) =>
    ask<Body>('PUT', `tariffs/${tariffId}`, { name: 'Day', tariff }, key);
  const assign = <Body = AssignmentView>(assignmentId: string, body: Partial<AssignmentBody>, key = ours) =>
    ask<Body>('PUT', `tariff-assignments/${assignmentId}`, { validFrom: SINCE, ...body }, key);
  const quote = <Body = QuoteView>(where: Partial<QuoteBody>) =>
    ask<Body>('POST', 'quotes', { durationS: 1_800, parkingS: 1_800, energyWh: 10_000, ...where });

  async function published(perKwh = 0.5): Promise<string> {
    const tariffId = uuidv7();
    expect((await putTariff(tariffId, ocpiTariff(perKwh))).status).toBe(200);
    return tariffId;
  }

  async function all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: List<Item> } = await ask('GET', `${path}limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items;
  }

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
    const known = { operatorId: OURS, locationId: LOCATION_ID, version: 1, deleted: false };
    await platform.send([
      newEvent(LocationState, { ...about, data: { ...known, ...place, publish: true } }),
      newEvent(StationState, {
        ...about,
        data: { ...known, stationId: 'CS-1', released: true, connected: true, evses: [] },
      }),
    ]);
    await platform.handled();
  });

  afterAll(() => platform.stop());

  describe('tariffs', () => {
    it('get a new version by another content only, and keep the old ones', async () => {
      const id = uuidv7();
      const first = await putTariff(id, ocpiTariff(0.5));
      expect(first.body).toMatchObject({ id, version: 1, name: 'Day', currency: 'EUR', tariff: ocpiTariff(0.5) });
      expect((await putTariff(id, ocpiTariff(0.5))).body).toEqual(first.body);
      clock.advance(60);
      expect((await putTariff(id, ocpiTariff(0.6))).body).toMatchObject({ version: 2, tariff: ocpiTariff(0.6) });
      expect((await ask<TariffView>('GET', `tariffs/${id}`)).body.version).toBe(2);
      const { body } = await ask<List<TariffView>>('GET', `tariffs/${id}/versions`);
      expect(body.items.map(({ version, tariff }) => [version, tariff])).toEqual([
        [1, ocpiTariff(0.5)],
        [2, ocpiTariff(0.6)],
      ]);
      const told = await eventually(async () => {
        const events = (await platform.told(tariffs)).filter(({ data }) => data['tariffId'] === id);
        expect(events).toHaveLength(2);
        return events;
      });
      expect(told.map(({ key }) => key).sort()).toEqual([`${id}/1`, `${id}/2`]);
    });

    it('are published in bulk as one by one, and the same again is no new version', async () => {
      const [id, other] = [uuidv7(), uuidv7()];
      const row = (tariffId: string, perKwh: number) => ({ tariffId, name: 'Day', tariff: ocpiTariff(perKwh) });
      const invalid = {
        tariffId: uuidv7(),
        name: 'Day',
        tariff: { ...ocpiTariff(0.5), max_price: { after_taxes: -1 } },
      };
      const put = (...rows: unknown[]) => askBulk(`${platform.url}${API}/tariffs/bulk`, ours, rows);
      const statuses = async (...rows: unknown[]) => (await put(...rows)).lines.map(({ status }) => status);
      expect(await statuses(row(id, 0.5), invalid)).toEqual(['created', 'refused', undefined]);
      clock.advance(60);
      expect(await statuses(row(id, 0.6), row(other, 0.5))).toEqual(['updated', 'created', undefined]);
      expect(await statuses(row(id, 0.6), row(other, 0.5))).toEqual(['unchanged', 'unchanged', undefined]);
      expect((await ask<TariffView>('GET', `tariffs/${id}`)).body).toMatchObject({ version: 2 });
    });

    it('are drafted, shown as that, and priced by only when they are published', async () => {
      const id = uuidv7();
      const draft = { name: 'Summer', tariff: ocpiTariff(0.7) };
      const saved = await ask<TariffView>('PUT', `tariffs/${id}/draft`, draft);
      expect(saved.body).toMatchObject({ id, status: 'draft', name: 'Summer', draft: { name: 'Summer' } });
      expect(saved.body.version).toBeUndefined();
      expect((await all<TariffView>('tariffs?')).filter((one) => one.id === id)).toMatchObject([{ status: 'draft' }]);
      const target = { scope: 'location' as const, locationId: uuidv7() };
      const early = await assign<ProblemBody>(uuidv7(), { tariffId: id, target });
      expect([early.status, early.body.code]).toEqual([409, 'tariff-unknown']);
      const published = await ask<TariffView>('POST', `tariffs/${id}/publish`, {});
      expect(published.body).toMatchObject({ id, status: 'published', version: 1, tariff: ocpiTariff(0.7) });
      expect(published.body.draft).toBeUndefined();
      const again = await ask<ProblemBody>('POST', `tariffs/${id}/publish`, {});
      expect([again.status, again.body.code]).toEqual([409, 'no-draft']);
    });

    it('refuse a draft that could not be published, and drop one that is not wanted', async () => {
      const id = await published();
      const bad = { name: 'Bad', tariff: { ...ocpiTariff(), currency: 'XXX' } };
      const refused = await ask<ProblemBody>('PUT', `tariffs/${id}/draft`, bad);
      expect([refused.status, refused.body.code]).toEqual([422, 'tariff-invalid']);
      await ask('PUT', `tariffs/${id}/draft`, { name: 'Day', tariff: ocpiTariff(0.9) });
      expect((await ask<TariffView>('GET', `tariffs/${id}`)).body).toMatchObject({ version: 1, draft: {} });
      expect((await ask('DELETE', `tariffs/${id}/draft`)).status).toBe(204);
      expect((await ask('DELETE', `tariffs/${id}/draft`)).status).toBe(404);
      expect((await ask<TariffView>('GET', `tariffs/${id}`)).body.draft).toBeUndefined();
    });

    it('price each session by the version that is valid when it starts, also one published for later', async () => {
      const id = await published(0.5);
      const locationId = LOCATION_ID;
      await assign(uuidv7(), {
        tariffId: id,
        target: { scope: 'operator' },
        validFrom: '2029-01-01T00:00:00Z',
        validTo: '2030-01-01T00:00:00Z',
      });
      const validFrom = '2029-07-01T00:00:00.000Z';
      await ask('PUT', `tariffs/${id}/draft`, { name: 'Summer', tariff: ocpiTariff(0.6) });
      const planned = await ask<TariffView>('POST', `tariffs/${id}/publish`, { validFrom });
      expect(planned.body).toMatchObject({ version: 2, validFrom });
      clock.advance(1);
      expect((await putTariff(id, ocpiTariff(0.4))).body).toMatchObject({ version: 3 });
      const versionAt = async (startAt: string) => (await quote({ locationId, startAt })).body.tariffVersion;
      expect(await versionAt('2029-06-30T23:59:59Z')).toBe(3);
      expect(await versionAt(validFrom)).toBe(2);
      const told = await eventually(async () => {
        const events = (await platform.told(tariffs)).filter(({ key }) => key === `${id}/2`);
        expect(events).toHaveLength(1);
        return events;
      });
      expect(told[0]?.data).toMatchObject({ validFrom });
    });

    it('keep members that are not rated, and get those that partners need', async () => {
      const { elements } = ocpiTariff();
      const given = { currency: 'EUR', elements, tariff_alt_text: [{ language: 'en', text: 'Cheap' }] };
      const { body } = await putTariff(uuidv7(), given);
      expect(body.tariff).toMatchObject({ ...given, country_code: 'DE', party_id: 'ABC', tax_included: 'NO' });
    });

    it.each([
      [400, 'bad-request', {}],
      [400, 'bad-request', { currency: 'EUR', elements: [] }],
      [400, 'bad-request', { currency: 'EUR', elements: [{ price_components: [{ type: 'COFFEE', price: 1 }] }] }],
      [422, 'tariff-invalid', { currency: 'EUR', elements: [{ price_components: [{ type: 'FLAT', price: -1 }] }] }],
    ])('are refused with %i %s: %j', async (status, code, tariff) => {
      const answer = await putTariff<ProblemBody>(uuidv7(), tariff);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      if (status === 422) {
        const pointer = '/tariff/elements/0/price_components/0/price';
        expect(answer.body).toMatchObject({
          detail: `body ${pointer} must not be less than 0`,
          errors: [{ pointer, code: 'negative', detail: 'must not be less than 0' }],
        });
      }
    });

    it('are listed page by page in their newest version', async () => {
      const id = await published();
      await putTariff(id, ocpiTariff(0.7));
      const listed = await all<TariffView>('tariffs?');
      expect(listed.filter((tariff) => tariff.id === id).map(({ version }) => version)).toEqual([2]);
      expect(new Set(listed.map((tariff) => tariff.id)).size).toBe(listed.length);
    });

    it('of another operator are not seen, and their ids not given again', async () => {
      const id = await published();
      expect((await ask('GET', `tariffs/${id}`, undefined, theirs)).status).toBe(404);
      const answer = await putTariff<ProblemBody>(id, ocpiTariff(), theirs);
      expect([answer.status, answer.body.code]).toEqual([409, 'id-taken']);
    });
  });

  describe('assignments', () => {
    const target = () => ({ scope: 'location' as const, locationId: uuidv7() });

    it('are told to the others, once', async () => {
      const [id, tariffId, where] = [uuidv7(), await published(), target()];
      const first = await assign(id, { tariffId, target: where });
      expect(first.body).toEqual({ id, tariffId, target: where, validFrom: SINCE });
      expect((await assign(id, { tariffId, target: where })).body).toEqual(first.body);
      const validTo = '2026-12-01T00:00:00.000Z';
      expect((await assign(id, { tariffId, target: where, validTo })).body).toEqual({ ...first.body, validTo });
      await eventually(async () => {
        const told = (await platform.told(tariffAssignments)).filter(({ key }) => key === id);
        expect(told.map(({ data }) => [data['version'], data['validTo']])).toEqual([
          [1, undefined],
          [2, validTo],
        ]);
      });
      expect((await all<AssignmentView>('tariff-assignments?')).filter((one) => one.id === id)).toHaveLength(1);
    });

    it('of one target cannot be valid at the same time, unless the first one is ended', async () => {
      const [first, second, tariffId, where] = [uuidv7(), uuidv7(), await published(), target()];
      await assign(first, { tariffId, target: where });
      const validFrom = '2026-06-01T00:00:00Z';
      const refused = await assign<ProblemBody>(second, { tariffId, target: where, validFrom });
      expect([refused.status, refused.body.code, refused.body.assignmentId]).toEqual([
        409,
        'assignment-conflict',
        first,
      ]);
      await assign(first, { tariffId, target: where, validTo: validFrom });
      expect((await assign(second, { tariffId, target: where, validFrom })).status).toBe(200);
    });

    it('of one target that are made at the same time leave one', async () => {
      const [tariffId, where] = [await published(), target()];
      const answers = await Promise.all([1, 2, 3, 4].map(() => assign(uuidv7(), { tariffId, target: where })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    });

    it('that have begun are not rewritten', async () => {
      const [id, where] = [uuidv7(), target()];
      await assign(id, { tariffId: await published(), target: where });
      const answer = await assign<ProblemBody>(id, { tariffId: await published(), target: where });
      expect([answer.status, answer.body.code]).toEqual([409, 'assignment-begun']);
    });

    it('need a tariff of the operator, and an id that is free', async () => {
      const [id, tariffId] = [uuidv7(), await published()];
      await assign(id, { tariffId, target: target() });
      const unknown = await assign<ProblemBody>(uuidv7(), { tariffId, target: target() }, theirs);
      expect([unknown.status, unknown.body.code]).toEqual([409, 'tariff-unknown']);
      const their = uuidv7();
      await putTariff(their, ocpiTariff(), theirs);
      const taken = await assign<ProblemBody>(id, { tariffId: their, target: target() }, theirs);
      expect([taken.status, taken.body.code]).toEqual([409, 'id-taken']);
    });

    it('do not begin before their tariff is valid', async () => {
      const [tariffId, validFrom] = [uuidv7(), '2026-05-01T00:00:00Z'];
      await ask('PUT', `tariffs/${tariffId}/draft`, { name: 'May', tariff: ocpiTariff() });
      await ask('POST', `tariffs/${tariffId}/publish`, { validFrom });
      const early = await assign<ProblemBody>(uuidv7(), { tariffId, target: target() });
      expect([early.status, early.body.code]).toEqual([409, 'tariff-not-yet-valid']);
      expect((await assign(uuidv7(), { tariffId, target: target(), validFrom })).status).toBe(200);
    });

    it('need a target that makes sense', async () => {
      const answer = await assign<ProblemBody>(uuidv7(), { tariffId: await published(), target: { scope: 'evse' } });
      expect([answer.status, answer.body.code]).toEqual([400, 'bad-request']);
    });
  });

  describe('VAT rates', () => {
    it("are the law's, and the operator's where it has some", async () => {
      const rates = await all<VatRateView>('vat-rates?');
      const newest = (country: string) => rates.filter((rate) => rate.country === country).at(-1);
      expect(newest('DEU')).toEqual({ country: 'DEU', validFrom: '2021-01-01', percentage: '19', source: 'standard' });
      expect(newest('GBR')?.percentage).toBe('20');
      const rate = { country: 'PRT', validFrom: '2026-01-01', percentage: '22.5' };
      const put = await ask<VatRateView>('PUT', 'vat-rates/PRT/2026-01-01', { percentage: '22.5' });
      expect(put.body).toEqual({ ...rate, source: 'operator' });
      expect(await all<VatRateView>('vat-rates?')).toContainEqual({ ...rate, source: 'operator' });
      const { body } = await ask<List<VatRateView>>('GET', 'vat-rates?limit=500', undefined, theirs);
      expect(body.items.filter(({ source }) => source === 'operator')).toEqual([]);
      expect((await ask('DELETE', 'vat-rates/PRT/2026-01-01')).status).toBe(204);
      expect((await ask('DELETE', 'vat-rates/PRT/2026-01-01')).status).toBe(404);
    });

    it.each(['DE/2026-01-01', 'DEU/yesterday', 'DEU/2026-13-01'])('are not set for %s', async (what) => {
      expect((await ask('PUT', `vat-rates/${what}`, { percentage: '7' })).status).toBe(400);
    });
  });

  describe('who owes the VAT', () => {
    const treatment = (query: string) => ask('GET', `vat-treatment?${query}`);

    it('follows from where the operator and its partner are established, by a rule with its source', async () => {
      const roaming = 'country=DEU&customer=roaming&countryCode=NL&partyId=EMS';
      expect((await treatment(roaming)).body).toEqual({ treatment: 'not-decided', reason: 'seller-unknown' });
      const seller = { establishedIn: 'DEU', vatNumber: 'DE123456789', dealer: true };
      const buyer = { establishedIn: 'NLD', vatNumber: 'NL123456789B01', dealer: true };
      expect((await ask('PUT', 'vat-parties/DE/ABC', seller)).status).toBe(200);
      const put = await ask('PUT', 'vat-parties/NL/EMS', buyer);
      expect(put.body).toEqual({ countryCode: 'NL', partyId: 'EMS', ...buyer });
      expect((await all('vat-parties?')).length).toBe(2);
      expect((await ask<List<object>>('GET', 'vat-parties', undefined, theirs)).body.items).toEqual([]);
      expect((await treatment(roaming)).body).toMatchObject({
        treatment: 'reverse-charge',
        country: 'NLD',
        rule: { name: 'dealer-elsewhere', source: expect.stringContaining('2006/112/EC') },
      });
      for (const party of ['DE/ABC', 'NL/EMS']) {
        expect((await ask('DELETE', `vat-parties/${party}`)).status).toBe(204);
        expect((await ask('DELETE', `vat-parties/${party}`)).status).toBe(404);
      }
    });

    it('takes no VAT number of another country than where the party is established', async () => {
      const buyer = { establishedIn: 'NLD', vatNumber: 'DE123456789', dealer: true };
      expect((await ask('PUT', 'vat-parties/NL/EMS', buyer)).status).toBe(400);
      const greek = { establishedIn: 'GRC', vatNumber: 'EL123456789', dealer: true };
      expect((await ask('PUT', 'vat-parties/GR/EMS', greek)).status).toBe(200);
      expect((await ask('DELETE', 'vat-parties/GR/EMS')).status).toBe(204);
    });

    it('follows from a rate of the operator from the day on which that holds', async () => {
      const [today, tomorrow] = [0, 86_400_000].map((ms) =>
        new Date(clock.now().getTime() + ms).toISOString().slice(0, 10),
      );
      const query = 'country=CHE&customer=ad-hoc';
      await ask('PUT', `vat-rates/CHE/${tomorrow}`, { percentage: '8.1' });
      expect((await treatment(query)).body).toEqual({ treatment: 'not-decided', reason: 'country-not-looked-up' });
      await ask('PUT', `vat-rates/CHE/${today}`, { percentage: '8.1' });
      expect((await treatment(query)).body).toMatchObject({ treatment: 'domestic', country: 'CHE' });
      for (const day of [today, tomorrow]) await ask('DELETE', `vat-rates/CHE/${day}`);
    });

    it.each(['country=DEU&customer=roaming', 'country=DEU&customer=ad-hoc&countryCode=NL&partyId=EMS'])(
      'is asked of a partner alone by its name: %s',
      async (query) => expect((await treatment(query)).status).toBe(400),
    );
  });

  describe('location groups', () => {
    const putGroup = <Body = LocationGroupView>(id: string, locationIds: string[], key = ours) =>
      ask<Body>('PUT', `location-groups/${id}`, { name: 'City', locationIds }, key);

    it('have each location once, and their tariff applies there', async () => {
      const [id, other, tariffId] = [uuidv7(), uuidv7(), await published(0.33)];
      expect((await putGroup(id, [LOCATION_ID])).body).toEqual({ id, name: 'City', locationIds: [LOCATION_ID] });
      const refused = await putGroup<ProblemBody>(other, [LOCATION_ID]);
      expect([refused.status, refused.body.code]).toEqual([409, 'location-grouped']);
      const target = { scope: 'location-group' as const, locationGroupId: id };
      const validTo = '2026-01-02T00:00:00Z';
      expect((await assign(uuidv7(), { tariffId, target, validTo })).status).toBe(200);
      const at = { locationId: LOCATION_ID, startAt: '2026-01-01T10:00:00Z' };
      expect((await quote(at)).body).toMatchObject({ tariffId, totalBeforeTaxes: '6.30' });
      await putGroup(id, []);
      expect((await putGroup(other, [LOCATION_ID])).body.locationIds).toEqual([LOCATION_ID]);
      expect((await quote(at)).body).toMatchObject({ tariffId, totalBeforeTaxes: '6.30' });
      expect((await ask<LocationGroupView>('GET', `location-groups/${id}`)).body.locationIds).toEqual([]);
      const listed = (await all<LocationGroupView>('location-groups?')).map((group) => group.id);
      expect(listed).toEqual(expect.arrayContaining([id, other]));
      const told = await eventually(async () => {
        const events = (await platform.told(locationGroups)).filter(({ key }) => key === id);
        expect(events).toHaveLength(2);
        return events;
      });
      expect(told.map(({ data }) => data['locationIds'])).toEqual([[LOCATION_ID], []]);
    });

    it('are made at once by more callers than there are connections', async () => {
      clock.advance(60);
      const answers = await Promise.all(Array.from({ length: 24 }, () => putGroup(uuidv7(), [])));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });

    it('are of locations that are known, and of the operator', async () => {
      const id = uuidv7();
      const unknown = await putGroup<ProblemBody>(id, [uuidv7()]);
      expect([unknown.status, unknown.body.code]).toEqual([409, 'location-unknown']);
      await putGroup(id, []);
      expect((await ask('GET', `location-groups/${id}`, undefined, theirs)).status).toBe(404);
      const taken = await putGroup<ProblemBody>(id, [], theirs);
      expect([taken.status, taken.body.code]).toEqual([409, 'id-taken']);
      const target = { scope: 'location-group' as const, locationGroupId: uuidv7() };
      const none = await assign<ProblemBody>(uuidv7(), { tariffId: await published(), target });
      expect([none.status, none.body.code]).toEqual([409, 'location-group-unknown']);
    });
  });

  describe('a quote', () => {
    it('is that of the customer who is named', async () => {
      const [everybodys, adHoc, fleet] = [await published(0.1), await published(0.2), await published(0.3)];
      const at = { validFrom: '2025-06-01T00:00:00Z', validTo: '2025-07-01T00:00:00Z' };
      const target = { scope: 'operator' as const };
      await assign(uuidv7(), { ...at, tariffId: everybodys, target });
      await assign(uuidv7(), { ...at, tariffId: adHoc, target, audience: { kind: 'ad-hoc' } });
      const audience = { kind: 'token-group' as const, groupId: 'FLEET' };
      const made = await assign(uuidv7(), { ...at, tariffId: fleet, target, audience });
      expect(made.body.audience).toEqual({ ...audience, countryCode: 'DE', partyId: 'ABC' });
      const where = { stationId: 'CS-1', startAt: '2025-06-02T10:00:00Z' };
      const token = { countryCode: 'DE', partyId: 'ABC', groupId: 'fleet' };
      expect((await quote(where)).body.tariffId).toBe(everybodys);
      expect((await quote({ ...where, tokenKind: 'AD_HOC_USER' })).body.tariffId).toBe(adHoc);
      expect((await quote({ ...where, tokenKind: 'RFID', token })).body.tariffId).toBe(fleet);
      expect((await quote({ ...where, token: { ...token, partyId: 'XYZ' } })).body.tariffId).toBe(everybodys);
    });

    it('is refused where nothing applies, and where nothing is', async () => {
      const answers = await Promise.all([
        quote<ProblemBody>({ stationId: 'CS-1', startAt: '2025-01-01T00:00:00Z' }),
        quote<ProblemBody>({ stationId: 'CS-404' }),
        quote<ProblemBody>({ locationId: uuidv7() }),
        quote<ProblemBody>({}),
        quote<ProblemBody>({ stationId: 'CS-1', locationId: LOCATION_ID }),
        quote<ProblemBody>({ locationId: LOCATION_ID, evseId: 1 }),
      ]);
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [404, 'no-tariff'],
        [404, 'not-found'],
        [404, 'not-found'],
        [400, 'bad-request'],
        [400, 'bad-request'],
        [400, 'bad-request'],
      ]);
    });

    it('is the price of the narrowest tariff there, with its trace in words, and becomes the price of the CDR', async () => {
      const [atLocation, atEvse] = [await published(0.4), await published(0.5)];
      await assign(uuidv7(), { tariffId: atLocation, target: { scope: 'location', locationId: LOCATION_ID } });
      await assign(uuidv7(), { tariffId: atEvse, target: { scope: 'evse', stationId: 'CS-1', evseId: 1 } });
      const startAt = '2026-03-02T09:00:00Z';
      const quoted = (await quote({ stationId: 'CS-1', evseId: 1, startAt })).body;
      expect(quoted).toMatchObject({
        tariffId: atEvse,
        tariffVersion: 1,
        currency: 'EUR',
        totalBeforeTaxes: '8.00',
        totalInclTaxes: '9.52',
        lines: [{ component: 'ENERGY' }, { component: 'PARKING_TIME' }],
      });
      expect(quoted.sentences.at(-1)).toBe('Summe: 9,52\u00a0€');
      for (const where of [{ stationId: 'CS-1', evseId: 2 }, { stationId: 'CS-1' }, { locationId: LOCATION_ID }]) {
        expect((await quote({ ...where, startAt })).body).toMatchObject({
          tariffId: atLocation,
          totalBeforeTaxes: '7.00',
        });
      }
      const data = session();
      await platform.send([started(OURS, data), finalized(OURS, data)]);
      const [cdr] = await eventually(async () => {
        const { body } = await ask<List<CdrBody>>('GET', `cdrs?sessionId=${data.sessionId}`);
        expect(body.items).toHaveLength(1);
        return body.items;
      });
      const { tariffId, totalBeforeTaxes, totalInclTaxes, lines } = quoted;
      expect(cdr).toMatchObject({ tariffId, totalBeforeTaxes, totalInclTaxes, lines });
    });
  });

  describe('a price display', () => {
    it('shows what an ad hoc customer pays, in the order of the law and the language of the place', async () => {
      const at = { validFrom: '2025-08-01T00:00:00Z', validTo: '2025-09-01T00:00:00Z' };
      const tariff = {
        currency: 'EUR',
        elements: [
          {
            price_components: [
              { type: 'FLAT', price: 1 },
              { type: 'PARKING_TIME', price: 6 },
              { type: 'ENERGY', price: 0.45, vat: 7 },
            ],
          },
        ],
      };
      const tariffId = uuidv7();
      await putTariff(tariffId, tariff);
      await assign(uuidv7(), { ...at, tariffId, target: { scope: 'operator' }, audience: { kind: 'ad-hoc' } });
      const where = 'price-display?stationId=CS-1&evseId=1&startAt=2025-08-02T10:00:00Z';
      const { body } = await ask<PriceDisplayView>('GET', where);
      expect(body).toMatchObject({ tariffId, tariffVersion: 1, currency: 'EUR', locale: 'de-DE' });
      expect(body.prices.map(({ amount, text }) => [amount, text.replaceAll('\u00a0', ' ')])).toEqual([
        ['0.4815', '0,4815 € pro kWh, inkl. 7 % MwSt.'],
        ['0.119', '0,119 € pro Minute Standzeit ohne Laden, inkl. 19 % MwSt.'],
        ['1.19', '1,19 € pro Ladevorgang, inkl. 19 % MwSt.'],
      ]);
      const english = await ask<PriceDisplayView>('GET', `${where}&language=en`);
      expect(english.body.prices[0]?.text).toBe('€0.4815 per kWh, incl. 7% VAT');
      expect((await ask('GET', `${where}&language=xx`)).status).toBe(400);
      expect((await ask('GET', `${where}&tokenKind=RFID`)).status).toBe(404);
    });
  });

  describe('a CDR', () => {
    const cdrOf = ({ sessionId }: { sessionId: string }) =>
      eventually(async () => {
        const { body } = await ask<List<CdrBody>>('GET', `cdrs?sessionId=${sessionId}`);
        expect(body.items).toHaveLength(1);
        return body.items[0] as CdrBody;
      });

    it('is issued once for a session, however often that is final, and told once', async () => {
      const data = session({ stationId: 'CS-7' });
      const event = finalized(OURS, data);
      await platform.send([started(OURS, data), event, event, { ...event, id: uuidv7() }]);
      const cdr = await cdrOf(data);
      await platform.send([{ ...event, id: uuidv7() }]);
      const last = session({ stationId: 'CS-7' });
      await platform.send([finalized(OURS, last)]);
      await cdrOf(last);
      expect(await all<CdrBody>('cdrs?stationId=CS-7&')).toHaveLength(2);
      const told = (await platform.told(cdrs)).filter(({ key }) => key === data.sessionId);
      expect(told.map(({ data: { cdrId } }) => cdrId)).toEqual([cdr.id]);
    });

    it('shows what was charged, and the same by its id', async () => {
      const data = session({ stationId: 'CS-8' });
      await platform.send([finalized(OURS, data)]);
      const cdr = await cdrOf(data);
      const { sessionId, stationId, startedAt, endedAt, energyWh } = data;
      expect(cdr).toMatchObject({ sessionId, stationId, startedAt, endedAt, energyWh, currency: 'EUR' });
      expect((await ask('GET', `cdrs/${cdr.id}`)).body).toEqual(cdr);
      expect((await ask('GET', `cdrs/${cdr.id}`, undefined, theirs)).status).toBe(404);
    });

    it('is shown with its credit and its replacement, each leading to the others', async () => {
      const data = session({ stationId: 'CS-8' });
      const path = `cdrs?order=oldest&sessionId=${data.sessionId}`;
      await platform.send([finalized(OURS, data)]);
      await cdrOf(data);
      await platform.send([finalized(OURS, { ...data, version: 4, energyWh: 9_000 })]);
      const [first, credit, replacement] = await eventually(async () => {
        const { items } = (await ask<List<CdrBody>>('GET', path)).body;
        expect(items).toHaveLength(3);
        return items;
      });
      expect(first).toMatchObject({ creditedByCdrId: credit?.id, replacedByCdrId: replacement?.id });
      expect(credit).toMatchObject({ kind: 'credit', creditReferenceId: first?.id });
      expect(replacement).toMatchObject({ kind: 'replacement', replacesCdrId: first?.id });
      expect((await ask('GET', `cdrs/${first?.id}`)).body).toEqual(first);
    });

    it('is told again under the id of its event, where readers may have missed it', async () => {
      const data = session({ stationId: 'CS-8' });
      await platform.send([finalized(OURS, data)]);
      const { id } = await cdrOf(data);
      const told = async () => (await platform.told(cdrs)).filter((event) => event.data['cdrId'] === id);
      const [first] = await eventually(async () => {
        const events = await told();
        expect(events).toHaveLength(1);
        return events;
      });
      const replay = (key: string) => ask('POST', 'cdrs/replays', { since: first?.data['issuedAt'] }, key);
      expect(await replay(theirs)).toMatchObject({ status: 202, body: { replayed: 0 } });
      expect(await replay(INSTALLATION_API_KEY)).toMatchObject({ status: 202, body: { replayed: expect.any(Number) } });
      await eventually(async () => expect((await told()).map((event) => event.id)).toEqual([first?.id, first?.id]));
    });

    it('is corrected for an operator who asks, if it is the newest of its session', async () => {
      const data = session({ stationId: 'CS-8' });
      await platform.send([finalized(OURS, data)]);
      const { id } = await cdrOf(data);
      const correct = <Body>(cdrId: string, key = ours) =>
        ask<Body>('POST', `cdrs/${cdrId}/corrections`, undefined, key);
      const asked = await correct<{ id: string; requestedAt: string }>(id);
      expect(asked).toMatchObject({ status: 202, body: { cdrId: id, sessionId: data.sessionId } });
      await eventually(async () => {
        const told = (await platform.told(cdrs)).filter(({ type }) => type === 'cdr-correction-requested');
        const about = { correctionId: asked.body.id, cdrId: id, stationId: 'CS-8' };
        expect(told).toMatchObject([{ key: data.sessionId, data: about }]);
      });
      await platform.send([finalized(OURS, { ...data, version: 4, energyWh: 9_000 })]);
      const [first, credit, replacement] = await eventually(async () => {
        const { items } = (await ask<List<CdrBody>>('GET', `cdrs?order=oldest&sessionId=${data.sessionId}`)).body;
        expect(items).toHaveLength(3);
        return items;
      });
      for (const { id: cdrId = '' } of [first!, credit!]) {
        expect(await correct<ProblemBody>(cdrId)).toMatchObject({ status: 409, body: { code: 'cdr-not-live' } });
      }
      expect((await correct(replacement?.id ?? '')).status).toBe(202);
      expect((await correct(id, theirs)).status).toBe(404);
    });

    it('is numbered without gaps, and listed page by page, the newest first or the oldest on request', async () => {
      const more = Array.from({ length: 25 }, () => session({ stationId: 'CS-9' }));
      await platform.send(more.map((data) => finalized(OURS, data)));
      await eventually(async () => expect(await all('cdrs?stationId=CS-9&')).toHaveLength(25));
      const numbers = (await all<CdrBody>('cdrs?order=oldest&')).map(({ number }) => Number(number.slice(4)));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      const backwards = (await all<CdrBody>('cdrs?')).map(({ number }) => Number(number.slice(4)));
      expect(backwards).toEqual(numbers.reverse());
    });

    it('is listed by when it was issued, from inclusive, to exclusive', async () => {
      const issued = async (query: string) => (await all<CdrBody>(`cdrs?${query}&`)).map(({ issuedAt }) => issuedAt);
      const every = await issued('order=oldest');
      const [first = '', last = ''] = [every[0], every.at(-1)];
      expect(await issued(`from=${first}`)).toHaveLength(every.length);
      expect(await issued(`to=${first}`)).toEqual([]);
      expect(await issued(`from=${last}&order=oldest`)).toEqual(every.filter((at) => at >= last));
      expect(await issued(`to=${last}&order=oldest`)).toEqual(every.filter((at) => at < last));
    });

    it('of another operator is numbered on its own', async () => {
      const data = session();
      await platform.send([finalized(THEIRS, data)]);
      await eventually(async () => {
        const { body } = await ask<List<CdrBody>>('GET', 'cdrs', undefined, theirs);
        expect(body.items).toMatchObject([{ number: 'CDR-000000001', flags: ['no-tariff'] }]);
      });
    });
  });
});
