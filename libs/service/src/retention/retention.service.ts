import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, lowestIdAt } from '@chargemesh/persistence';
import { NO_OPERATOR } from '../access/authenticator.js';
import { knownOperatorIds } from '../access/known-operators.js';
import { Clock } from '../clock.js';
import { type ReadSettings, SETTINGS } from '../platform/platform.js';
import { platformShape } from '../platform/settings.js';
import { Schedule } from '../schedule.js';

/** Rows that are not kept for good. Their key is a UUIDv7: the oldest are found by it, and it takes no index of its own. */
export interface KeptRows {
  readonly table: string;
  readonly key: string;
  /** SQL of those that are meant, where not all are; an index of the key has it as its condition. */
  readonly where?: string;
  /** How long they are kept after they were made; 0 is for good. */
  readonly days: number;
}

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Rows of a transaction: no lock is held for long, and a run that is cut off has done what it has done. */
const SLICE = 5_000;

/** Forgets what a service need not keep for good (ADR 30), of all operators: the audit trail, and what it was told of. */
@Injectable()
export class Retention implements OnApplicationBootstrap {
  private readonly kinds: KeptRows[];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schedule: Schedule,
    @Inject(SETTINGS) read: ReadSettings,
  ) {
    const { AUDIT_TRAIL_DAYS: days } = read({ AUDIT_TRAIL_DAYS: platformShape.AUDIT_TRAIL_DAYS });
    this.kinds = [{ table: 'audit_trail', key: 'id', days }];
  }

  /** Has rows of a kind forgotten from now on. */
  keep(rows: KeptRows): void {
    this.kinds.push(rows);
  }

  onApplicationBootstrap(): void {
    this.schedule.every('rows past their retention', EVERY_MS, () => this.forget(), { exclusive: true });
  }

  async forget(): Promise<void> {
    for (const rows of this.kinds.filter(({ days }) => days > 0)) while ((await this.forgetSlice(rows)) === SLICE);
  }

  private forgetSlice({ table, key, where = 'true', days }: KeptRows): Promise<number> {
    const before = lowestIdAt(new Date(this.clock.now().getTime() - days * DAY_MS));
    return this.database.transaction([], async (tx) => {
      await tx.see([NO_OPERATOR, ...(await knownOperatorIds(tx))]);
      const forgotten = await tx.query(
        `DELETE FROM ${table} WHERE ${key} = ANY (ARRAY(
           SELECT ${key} FROM ${table} WHERE ${key} < $1 AND ${where} ORDER BY ${key} LIMIT ${SLICE})) AND ${where} RETURNING 1`,
        [before],
      );
      return forgotten.length;
    });
  }
}
