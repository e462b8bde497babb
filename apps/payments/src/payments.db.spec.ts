import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { cdr, correctionOf } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from './index.js';
import type { LedgerEntryView } from './ledger/ledger.schema.js';

const ENTRIES = '/api/payments/v1/ledger-entries';
const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const LATE = '01900000-0000-7000-8000-000000000003';

interface List {
  items: LedgerEntryView[];
  nextCursor: string | null;
}

describe('the ledger', () => {
  let platform: TestServices;
  let ours: string;

  const list = async (query = '', key = ours) => (await platform.ask<List>(key, 'GET', `${ENTRIES}${query}`)).body;

  beforeAll(async () => {
    platform = await startTestServices([paymentsService]);
    ours = await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' });
  });

  afterAll(() => platform.stop());

  it('has one entry per CDR, however often it is told', async () => {
    const told = cdr(OURS);
    const again = { ...told, id: uuidv7() };
    await platform.send([told, told, again]);
    await platform.send([cdr(OURS, { sessionId: '01900000-0000-7000-8000-0000000000b1' })]);
    await eventually(async () =>
      expect((await list('?sessionId=01900000-0000-7000-8000-0000000000b1')).items).toHaveLength(1),
    );
    await eventually(async () => expect((await list(`?cdrId=${told.data.cdrId}`)).items).toHaveLength(1));
    const { items } = await list(`?cdrId=${told.data.cdrId}`);
    expect(items[0]).toMatchObject({
      cdrId: told.data.cdrId,
      sessionId: told.data.sessionId,
      stationId: 'CS-1',
      tokenKind: 'contract',
      amount: '5.00',
      currency: 'EUR',
      issuedAt: '2026-03-02T10:30:00.000Z',
    });
  });

  it('takes a credited amount back and makes the new one due, in any order and number', async () => {
    const told = cdr(OURS);
    const [credit, replacement] = correctionOf(told, { totalInclTaxes: '7.25' });
    await platform.send([credit, replacement]);
    await platform.send([told, { ...credit, id: uuidv7() }, { ...replacement, id: uuidv7() }]);
    const items = await eventually(async () => {
      const found = (await list(`?sessionId=${told.data.sessionId}`)).items;
      expect(found).toHaveLength(3);
      return found;
    });
    expect(new Map(items.map(({ kind, amount }) => [kind, amount]))).toEqual(
      new Map([
        ['cdr', '5.00'],
        ['credit', '-5.00'],
        ['replacement', '7.25'],
      ]),
    );
    const { cdrId } = told.data;
    expect(items.find(({ kind }) => kind === 'credit')).toMatchObject({ creditReferenceId: cdrId });
    expect(items.find(({ kind }) => kind === 'replacement')).toMatchObject({ replacesCdrId: cdrId });
    expect(items.reduce((cents, { amount }) => cents + Math.round(Number(amount) * 100), 0)).toBe(725);
  });

  it('keeps amounts to the digit', async () => {
    const told = cdr(OURS, { totalInclTaxes: '123456789012345678.120000000000000001' });
    await platform.send([told]);
    const [entry] = await eventually(async () => {
      const { items } = await list(`?cdrId=${told.data.cdrId}`);
      expect(items).toHaveLength(1);
      return items;
    });
    expect(entry?.amount).toBe('123456789012345678.120000000000000001');
  });

  it('is read page by page, the newest first, whatever is added meanwhile', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    const before = (await list()).items.map(({ id }) => id);
    while (cursor !== null) {
      const page: List = await list(`?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      if (cursor === '') {
        const told = cdr(OURS);
        await platform.send([told]);
        await eventually(async () => expect((await list(`?cdrId=${told.data.cdrId}`)).items).toHaveLength(1));
      }
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(before);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
  });

  it('is read from and to a time of recording', async () => {
    const { items } = await list('?order=oldest');
    const later = new Date(Date.now() + 86_400_000).toISOString();
    expect(await list(`?order=oldest&from=2000-01-01T00:00:00Z&to=${later}`)).toMatchObject({ items });
    expect((await list(`?from=${later}`)).items).toEqual([]);
    expect((await list('?to=2000-01-01T00:00:00Z')).items).toEqual([]);
  });

  it('shows an operator its own entries only', async () => {
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const told = cdr(THEIRS);
    await platform.send([told]);
    await eventually(async () => {
      const { items } = await list('', theirs);
      expect(items.map(({ cdrId, tokenKind }) => [cdrId, tokenKind])).toEqual([[told.data.cdrId, 'roaming']]);
    });
    expect((await list(`?cdrId=${told.data.cdrId}`)).items).toEqual([]);
  });

  it('waits for an operator that it does not know yet', async () => {
    const told = cdr(LATE, { token: undefined });
    await platform.send([told]);
    const late = await platform.admit({ operatorId: LATE, partyId: 'LAT' });
    await eventually(async () => expect((await list('', late)).items).toMatchObject([{ tokenKind: 'none' }]));
  });
});
