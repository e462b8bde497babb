import { randomBytes } from 'node:crypto';
import { type DataOf, newEvent, optional, state, text, topic } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import type { TestDatabase } from '@chargemesh/persistence/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { messagingMigrations } from '../migrations.js';
import { Projection } from '../projection.js';
import { operatorId } from './ledger.js';

class KnownAccounts1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE known_accounts (
      account text NOT NULL, currency text NOT NULL, version integer NOT NULL, deleted boolean NOT NULL,
      holder text, facts jsonb, PRIMARY KEY (account, currency))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_accounts');
  }
}

export const accounts = topic(`tests.accounts-${randomBytes(5).toString('hex')}.v1`, {
  key: ['account', 'currency'],
  partitions: 2,
  compacted: true,
});
export const AccountState = state(accounts, 'account', {
  account: text(50),
  currency: text(3),
  holder: optional(text(50)),
});
export type Account = DataOf<typeof AccountState>;

export const knownAccounts = new Projection(AccountState, {
  table: 'known_accounts',
  columns: { account: 'text', currency: 'text', holder: 'text' },
  derived: { facts: { type: 'jsonb', of: ({ holder }) => ({ named: holder !== undefined }) } },
});

export function account(name: string, version: number, more: Partial<Account> = {}) {
  const data = { account: name, currency: 'EUR', version, deleted: false, holder: `${name} ${version}`, ...more };
  return newEvent(AccountState, { operatorId, time: '2026-01-01T00:00:00Z', data });
}

export async function openAccounts(on: TestDatabase) {
  const url = await on.schema({ schema: 'bank', migrations: [...messagingMigrations, KnownAccounts1800000000000] });
  const database = await Database.open({ url, schema: 'bank', poolSize: 8 });
  return {
    database,
    known: () =>
      database.transaction([], (tx) =>
        tx.query<{ account: string; version: number; deleted: boolean; holder: string | null }>(
          'SELECT account, version, deleted, holder, facts FROM known_accounts ORDER BY account, currency',
        ),
      ),
    rowsOf: async (table: string) => {
      const [row] = await database.transaction([], (tx) =>
        tx.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`),
      );
      return row?.rows;
    },
  };
}
