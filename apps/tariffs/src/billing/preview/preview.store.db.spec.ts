import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import type { Cdr } from '../cdrs/cdr.entity.js';
import { CdrsStore } from '../cdrs/cdrs.store.js';
import { tariffsService } from '../../index.js';
import { PinsStore } from '../pins/pins.store.js';
import { type PastCdr, PreviewStore } from './preview.store.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const FIRST = new Date('2026-03-01T00:00:00Z');
const LATER = new Date('2026-03-02T00:00:00Z');

describe('the CDRs of a preview', () => {
  const tariffId = uuidv7();
  let test: TestDatabase;

  const cdr = (number: number, issuedAt: Date, more: Partial<Cdr> = {}): Cdr => ({
    cdrId: uuidv7(),
    operatorId: OURS,
    sessionId: uuidv7(),
    number: `CDR-${number}`,
    stationId: 'CS-1',
    issuedAt,
    kind: 'cdr',
    creditsCdrId: null,
    replacesCdrId: null,
    document: {} as Cdr['document'],
    ...more,
  });

  async function add(cdrs: Cdr[], of = tariffId): Promise<void> {
    const by = { assignmentId: null, tariffVersion: 1, vatPercent: '19', vatTreatment: null };
    const pin = { operatorId: OURS, ...by, askedFor: null, startedAt: null, finalVersion: 1 };
    const sessionIds = [...new Set(cdrs.map(({ sessionId }) => sessionId))];
    await test.database.transaction([OURS], async (tx) => {
      const store = new CdrsStore();
      await new PinsStore().add(
        tx,
        sessionIds.map((sessionId) => ({ ...pin, sessionId, tariffId: of })),
      );
      await store.add(tx, cdrs);
    });
  }

  beforeAll(async () => {
    test = await openTestDatabase(tariffsService);
    const wrong = cdr(4, FIRST);
    const { sessionId } = wrong;
    await add([1, 2, 3].map((number) => cdr(number, FIRST)));
    await add([
      wrong,
      cdr(5, LATER, { sessionId, kind: 'credit', creditsCdrId: wrong.cdrId }),
      cdr(6, LATER, { sessionId, kind: 'replacement', replacesCdrId: wrong.cdrId }),
    ]);
    await add([cdr(7, LATER)], uuidv7());
    await add([cdr(8, new Date('2026-04-01T00:00:00Z'))]);
  });

  afterAll(() => test.drop());

  it.each([1, 2, 3, 100])('are each read once, %i at a time, also where many were issued at once', async (take) => {
    const read: string[] = [];
    let last: Pick<PastCdr, 'issuedAt' | 'number'> = { issuedAt: FIRST, number: '' };
    for (;;) {
      const after = last;
      const to = new Date('2026-04-01T00:00:00Z');
      const page = await test.database.transaction([OURS], (tx) =>
        new PreviewStore().page(tx, OURS, tariffId, after, to, take),
      );
      read.push(...page.map(({ number, vatPercent }) => `${number} ${vatPercent}`));
      if (page.length < take) break;
      last = page.at(-1) ?? last;
    }
    // 4 was credited by 5 and replaced by 6; 7 is of another tariff, and 8 of another month.
    expect(read).toEqual(['CDR-1 19', 'CDR-2 19', 'CDR-3 19', 'CDR-6 19']);
  });
});
