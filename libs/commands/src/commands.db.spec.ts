import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Command, CommandResult, type DataOf, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { type Transaction, rowSecurity } from '@chargemesh/persistence';
import { ManualClock, type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm';
import { CommandLog } from './command-log.js';
import type { CommandStatus } from './outcome.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const RESET: Command = { name: 'Reset', kind: 'OnIdle' };

@Entity('asked')
class Asked {
  @PrimaryColumn({ name: 'asked_id', type: 'uuid' }) commandId!: string;
  @Column({ name: 'operator_id', type: 'uuid' }) operatorId!: string;
  @Column({ name: 'station_id', type: 'text' }) stationId!: string;
  @Column({ type: 'text' }) kind!: string;
  @Column({ type: 'text' }) status!: CommandStatus;
  @Column({ name: 'requested_at', type: 'timestamptz' }) requestedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true }) finishedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) detail!: string | null;
}

class AskedTable1900000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE asked (asked_id uuid PRIMARY KEY, operator_id uuid NOT NULL, station_id text NOT NULL,
        kind text NOT NULL, status text NOT NULL, requested_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
        finished_at timestamptz, detail text);
      ${rowSecurity('asked')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE asked');
  }
}

describe('a command', () => {
  let test: TestDatabase;
  let log: CommandLog<Asked>;
  let commandId: string;
  const clock = new ManualClock('2026-03-01T12:00:00.000Z');

  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => test.database.transaction([OPERATOR], work);
  const state = () => inTransaction((tx) => log.find(tx, commandId));
  const result = (status: DataOf<typeof CommandResult>['status'], more: Partial<DataOf<typeof CommandResult>> = {}) => {
    const at = clock.now().toISOString();
    const data = { commandId, stationId: 'CS-1', askedBy: 'tests', status, at, ...more };
    return newEvent(CommandResult, { operatorId: OPERATOR, time: at, data });
  };
  const settle = (...results: ReturnType<typeof result>[]) => inTransaction((tx) => log.recordResults(results, tx));

  beforeAll(async () => {
    test = await openTestDatabase({ schema: 'asking', migrations: [AskedTable1900000000000], entities: [Asked] });
    const outbox = new Outbox('tests', () => undefined);
    const schedule = { every: () => undefined, due: () => undefined };
    const parts = {
      schedule,
      entity: Asked,
      database: test.database,
      outbox,
      clock,
      operatorIds: () => Promise.resolve([OPERATOR]),
    };
    log = new CommandLog({ askedBy: 'tests', ...parts });
  });
  beforeEach(async () => {
    const given = { operatorId: OPERATOR, stationId: 'CS-1', kind: 'reset' };
    ({ commandId } = await inTransaction((tx) => log.ask(tx, given, RESET, 30)));
  });
  afterAll(() => test.drop());

  it('waits for its result, before those for which nobody waits', async () => {
    const [sent] = await inTransaction((tx) =>
      tx.query<{ value: string }>('SELECT value FROM outbox ORDER BY id DESC LIMIT 1'),
    );
    expect(sent?.value).toContain(commandId);
    expect(sent?.value).toContain('"priority":"high"');
    const expiresAt = new Date(clock.now().getTime() + 30_000);
    expect(await state()).toMatchObject({ kind: 'reset', status: 'pending', expiresAt, finishedAt: null });
  });

  it('has the first final result, of a batch and after it', async () => {
    const settled = await settle(result('rejected', { detail: 'busy' }), result('accepted'));
    expect(settled).toEqual([{ commandId, stationId: 'CS-1', status: 'rejected' }]);
    expect(await settle(result('accepted'))).toEqual([]);
    expect(await state()).toMatchObject({ status: 'rejected', detail: 'busy', finishedAt: clock.now() });
  });

  it('is not known to have failed where the station may have taken it', async () => {
    expect(await settle(result('failed', { sent: true }))).toMatchObject([{ status: 'unknown' }]);
  });

  it('has no result that another service asked for', async () => {
    expect(await settle(result('accepted', { askedBy: 'others' }))).toEqual([]);
    expect(await state()).toMatchObject({ status: 'pending' });
  });

  it('is over when its time is, and no later result changes that', async () => {
    const { expiresAt } = (await state()) as Asked;
    clock.advance(30);
    const timedOut = await inTransaction((tx) => log.timeOut(tx));
    expect(timedOut.map((one) => one.commandId)).toContain(commandId);
    await settle(result('accepted'));
    expect(await state()).toMatchObject({ status: 'timed-out', finishedAt: expiresAt });
  });
});
