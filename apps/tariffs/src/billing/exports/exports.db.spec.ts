import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { readTransparencyXml } from '@chargemesh/signed-data';
import { TestMeter } from '@chargemesh/signed-data/testing';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { finalized, session } from '@chargemesh/testing/billing';
import { CdrsStore } from '../cdrs/cdrs.store.js';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import { ExportsService } from './exports.service.js';

const API = '/api/tariffs/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const TARIFF = '01930000-0000-7000-8000-000000000021';
const COUNT = 60;

/** Reads what a strict reader of RFC 4180 reads. */
function records(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  const fields = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  const found: string[][] = [[]];
  for (const [, field = '', end] of text.matchAll(fields)) {
    found.at(-1)?.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === '\r\n') found.push([]);
  }
  return found.slice(0, -1);
}

function table(text: string): Record<string, string>[] {
  const [head = [], ...rows] = records(text);
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? 'missing'])));
}

describe('the export of CDRs', () => {
  const clock = new ManualClock('2026-03-03T00:00:00Z');
  let platform: TestServices;
  let [ours, theirs] = ['', ''];

  const get = async (query: string, key = ours) => {
    const response = await fetch(`${platform.url}${API}/cdrs/export?${query}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const issued = (count: number, key = ours) =>
    eventually(async () => {
      const { body } = await platform.ask<{ items: unknown[] }>(key, 'GET', `${API}/cdrs?limit=500`);
      expect(body.items).toHaveLength(count);
    });

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const put = (path: string, body: unknown) => platform.ask(ours, 'PUT', `${API}/${path}`, body);
    await put(`tariffs/${TARIFF}`, { name: 'Day', tariff: ocpiTariff() });
    const target = { tariffId: TARIFF, target: { scope: 'operator' }, validFrom: '2026-01-01T00:00:00Z' };
    expect((await put('tariff-assignments/01930000-0000-7000-8000-000000000031', target)).status).toBe(200);
    const first = session();
    await platform.send([finalized(OURS, first)]);
    await issued(1);
    clock.advance(3_600);
    const strange = session({ location: { ...first.location, name: '=cmd|"/c calc", "x"\r\nnext' }, token: undefined });
    const rest = Array.from({ length: COUNT - 4 }, () => session());
    await platform.send([strange, ...rest].map((data) => finalized(OURS, data)));
    await issued(COUNT - 2);
    await platform.send([finalized(OURS, { ...first, version: 4, energyWh: 12_000 }), finalized(THEIRS, session())]);
    await issued(COUNT);
    await issued(1, theirs);
    clock.advance(1);
  });

  afterAll(() => platform.stop());

  it('has a row for each CDR in CSV, credits negative, so that columns add up', async () => {
    const { status, headers, text } = await get('format=csv&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe('attachment; filename="cdrs-2026-03-01-2026-04-01.csv"');
    const rows = table(text);
    expect(rows).toHaveLength(COUNT);
    expect(new Set(rows.map(({ number }) => number)).size).toBe(COUNT);
    const [first] = rows;
    expect(first).toMatchObject({ kind: 'cdr', totalBeforeTaxes: '8.00', totalInclTaxes: '9.52', energyWh: '10000' });
    expect(rows.find(({ kind }) => kind === 'credit')).toMatchObject({
      ...{ creditReferenceId: first?.['cdrId'], totalBeforeTaxes: '-8.00', totalInclTaxes: '-9.52' },
    });
    expect(rows.find(({ kind }) => kind === 'replacement')).toMatchObject({ replacesCdrId: first?.['cdrId'] });
  });

  it('keeps a spreadsheet from running what somebody called a location', async () => {
    const { text } = await get('format=csv');
    const strange = table(text).find(({ tokenUid }) => tokenUid === '');
    expect(strange?.['locationName']).toBe(`'=cmd|"/c calc", "x"\r\nnext`);
  });

  it('has a row for each line, whose amounts add up to the totals', async () => {
    const [cdrs, lines] = [table((await get('format=csv')).text), table((await get('format=csv&lines=true')).text)];
    const cents = (rows: Record<string, string>[], column: string) =>
      Math.round(rows.reduce((sum, row) => sum + Number(row[column]) * 100, 0));
    expect(lines.length).toBe(COUNT * 2);
    expect(lines[1]).toMatchObject({ number: 'CDR-000000001', line: '2', component: 'PARKING_TIME', price: '6' });
    expect(cents(lines, 'amountInclTaxes')).toBe(cents(cdrs, 'totalInclTaxes'));
  });

  it('is what the list says, as one JSON document', async () => {
    const { headers, text } = await get('format=json');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/\.json"$/);
    const { body } = await platform.ask<{ items: Record<string, unknown>[] }>(
      ours,
      'GET',
      `${API}/cdrs?order=oldest&limit=500`,
    );
    const listed = body.items.map(({ creditedByCdrId: _credit, replacedByCdrId: _replacement, ...cdr }) => cdr);
    expect(JSON.parse(text)).toEqual(listed);
  });

  it('is bounded by when they were issued, from inclusive, to exclusive', async () => {
    const [before, after] = ['format=csv&to=2026-03-03T01:00:00Z', 'format=csv&from=2026-03-03T01:00:00Z'];
    expect(table((await get(before)).text)).toHaveLength(1);
    expect(table((await get(after)).text)).toHaveLength(COUNT - 1);
    expect((await get('format=json&to=2026-01-01T00:00:00Z')).text).toBe('[\n]\n');
  });

  it("shows nothing of another operator's, and refuses what it does not know", async () => {
    expect(table((await get('format=csv', theirs)).text)).toHaveLength(1);
    expect((await get('format=xls')).status).toBe(400);
    expect((await get('format=csv&from=yesterday')).status).toBe(400);
    expect((await get('format=csv', 'nobody')).status).toBe(401);
  });

  it('reads no further ahead than it is read', async () => {
    const { app } = platform;
    const pages = jest.spyOn(CdrsStore.prototype, 'issuedBetween');
    const exports = new ExportsService(app.get(Database, { strict: false }), new CdrsStore(), clock);
    const { content } = exports.open({ operatorId: OURS } as never, { format: 'json' });
    const chunks = content[Symbol.asyncIterator]();
    await chunks.next();
    expect(pages).toHaveBeenCalledTimes(1);
    await chunks.return?.();
    pages.mockRestore();
  });

  it('is a file for the transparency software as well, where values are signed', async () => {
    const { body } = await platform.ask<{ items: { id: string }[] }>(theirs, 'GET', `${API}/cdrs`);
    const file = (id: string | undefined, key = theirs) =>
      fetch(`${platform.url}${API}/cdrs/${id}/transparency.xml`, { headers: { authorization: `Bearer ${key}` } });
    expect((await file(body.items[0]?.id)).status).toBe(404);
    const meter = new TestMeter();
    const data = meter.page({ PG: 'T1', RD: [{ TX: 'B' }] });
    await platform.send([finalized(THEIRS, session({ signed: [{ data }] }))]);
    const id = await eventually(async () => {
      const { items } = (await platform.ask<{ items: { id: string }[] }>(theirs, 'GET', `${API}/cdrs`)).body;
      expect(items).toHaveLength(2);
      return items[0]?.id;
    });
    const answer = await file(id);
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="CDR-000000002.xml"');
    expect(readTransparencyXml(await answer.text())).toMatchObject([{ value: data }]);
    expect((await file(id, ours)).status).toBe(404);
  });

  it('is cut off, not ended, when it cannot be finished', async () => {
    const whole = CdrsStore.prototype.issuedBetween;
    const pages = jest.spyOn(CdrsStore.prototype, 'issuedBetween');
    pages.mockImplementationOnce(function (this: CdrsStore, ...args) {
      return whole.apply(this, args);
    });
    pages.mockRejectedValueOnce(new Error('the database is gone'));
    await expect(get('format=csv')).rejects.toThrow();
    pages.mockRestore();
  });
});
