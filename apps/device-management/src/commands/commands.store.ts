import { Injectable } from '@nestjs/common';
import { type CommandResult, type DataOf, commandStatusOf } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { CommandRow } from './command.entity.js';

const ASKED = {
  commandId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  command: 'jsonb',
  status: 'text',
  requestedAt: 'timestamptz',
  expiresAt: 'timestamptz',
};

@Injectable()
export class CommandsStore {
  async add(tx: Transaction, row: CommandRow): Promise<void> {
    const { columns, from, parameters } = unnest([row], ASKED);
    await tx.query(`INSERT INTO commands (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  find(tx: Transaction, commandId: string): Promise<CommandRow | null> {
    return tx.manager.findOne(CommandRow, { where: { commandId } });
  }

  /** Writes results where there is none yet. */
  async finish(tx: Transaction, results: readonly DataOf<typeof CommandResult>[]): Promise<void> {
    const types = { commandId: 'uuid', status: 'text', at: 'timestamptz', detail: 'text', answer: 'jsonb' };
    const said = results.map((result) => ({ ...result, status: commandStatusOf(result) }));
    const { from, parameters } = unnest(said, types);
    await tx.query(
      `UPDATE commands c SET status = rows.status, finished_at = rows.at, detail = rows.detail, answer = rows.answer
       FROM ${from} WHERE c.command_id = rows.command_id AND c.status = 'pending'`,
      parameters,
    );
  }

  async timeOut(tx: Transaction, now: Date): Promise<void> {
    await tx.query(
      `UPDATE commands SET status = 'timed-out', finished_at = expires_at WHERE status = 'pending' AND expires_at <= $1`,
      [now],
    );
  }
}
