import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anyCase, anyCaseSql } from '@chargemesh/contracts';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { random } from '@chargemesh/testing/random';
import { sessionsService } from '../index.js';
import { TokensStore } from './tokens.store.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase(sessionsService);
});
afterAll(() => test.drop());

/** Any text that a token may be: all planes, and often the letters whose other case is a matter of opinion. */
function text(next: () => number): string {
  const opinions = [...'aZßẞıİiIﬀµςſÅåǆǅ\u0345'];
  const letter = () => {
    if (next() < 0.5) return opinions[Math.floor(next() * opinions.length)] ?? '';
    const point = 1 + Math.floor(next() * (next() < 0.5 ? 0x250 : 0x10ffff));
    return point >= 0xd800 && point < 0xe000 ? '' : String.fromCodePoint(point);
  };
  return Array.from({ length: Math.floor(next() * 36) }, letter).join('');
}

it('identifiers are compared alike in the process and in the database, whatever letters they have', async () => {
  const next = random(1);
  const texts = Array.from({ length: 5_000 }, () => text(next));
  for (const collation of ['C', 'default', 'und-x-icu']) {
    const rows = await test.database.transaction([], (tx) =>
      tx.query<{ folded: string }>(
        `SELECT ${anyCaseSql('said')} AS folded FROM (
           SELECT said COLLATE "${collation}" AS said, place FROM unnest($1::text[]) WITH ORDINALITY AS t(said, place)
         ) AS texts ORDER BY place`,
        [texts],
      ),
    );
    expect(rows.map(({ folded }) => folded)).toEqual(texts.map(anyCase));
  }
});

it('a token is found by its uid in any case, also one with letters that are no ASCII', async () => {
  const tokens = new TokensStore();
  const token = (uid: string) => ({
    ...{ operatorId: OPERATOR, uid, countryCode: 'DE', partyId: 'ABC', version: 1, type: 'RFID', contractId: uid },
    ...{ issuer: 'us', groupId: null, visualNumber: null, valid: true, whitelist: 'ALWAYS', expiresAt: null },
  });
  const found = await test.database.transaction([OPERATOR], async (tx) => {
    for (const uid of ['Straße', 'STRASSE', 'ıx', 'Ix']) await tokens.save(tx, [token(uid)] as never);
    const of = async (uid: string) => (await tokens.withUids(tx, [uid])).map((row) => row.uid);
    return Promise.all(['sTRAßE', 'strasse', 'ıX', 'ix'].map(of));
  });
  expect(found).toEqual([['Straße'], ['STRASSE'], ['ıx'], ['Ix']]);
});

it('a token is found by an index, however many its operator has', async () => {
  const plan = await test.database.transaction([OPERATOR], async (tx) => {
    await tx.query(
      `INSERT INTO tokens (operator_id, country_code, party_id, uid, version, type, contract_id, issuer, valid, whitelist)
       SELECT $1, 'DE', 'ABC', 'many' || n, 1, 'RFID', 'c' || n, 'us', true, 'ALWAYS' FROM generate_series(1, 20000) n`,
      [OPERATOR],
    );
    return tx.query(`EXPLAIN SELECT 1 FROM tokens WHERE any_case_uid = ANY ($1)`, [['MANY7']]);
  });
  expect(JSON.stringify(plan)).toMatch(/Index Cond: [^"]*any_case_uid/);
});
