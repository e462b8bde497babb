import { parseArgs } from 'node:util';
import { type Command, EXIT_FAILED, EXIT_OK, Failed, UsageError } from './command.js';
import { databasesIn } from './databases.js';
import { writeRows } from './table.js';

const COLUMNS = ['service', 'outboxRows', 'outboxAgeS', 'parked', 'parkedAgeS', 'waiting', 'waitingAgeS'];
/** Rows live for milliseconds: what is this old does not move. */
const STANDS_STILL_S = 60;

export const outbox: Command = {
  summary: 'says what waits in the tables of services: events to be sent, and letters',
  usage: `usage: chargemesh outbox status [--json]

  outboxRows, outboxAgeS   events that the log has not taken yet, and the age of the oldest of them in seconds
  parked, parkedAgeS       letters that wait for a person, and those behind them
  waiting, waitingAgeS     letters that wait for what they depend on

Settings (docs/configuration.md): <SERVICE>_DATABASE_URL of each service to look at, or DATABASE_URL of one, or
ADMIN_DATABASE_URL of a role that may read all.

exit codes: 0 every outbox moves; 1 the oldest row of one is older than ${STANDS_STILL_S} s, or a database was not reached;
            2 called wrongly`,

  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean' } },
    });
    if (positionals.length !== 1 || positionals[0] !== 'status') throw new UsageError('"status" must be given.');
    const databases = await databasesIn(terminal.environment);
    const [{ Database }, { readMessagingBacklog }] = await Promise.all([
      import('@chargemesh/persistence'),
      import('@chargemesh/service'),
    ]);
    const rows = await Promise.all(
      databases.map(async ({ service, schema, url }) => {
        const database = await Database.open({ url, schema, poolSize: 1 }).catch((error: Error) => {
          throw new Failed(`the database of ${service} cannot be reached: ${error.message}`);
        });
        const backlog = await readMessagingBacklog(database).finally(() => database.close());
        const entries = Object.entries(backlog).map(([name, value]) => [name, Math.round(value as number)]);
        return { service, ...(Object.fromEntries(entries) as typeof backlog) };
      }),
    );
    writeRows(rows, COLUMNS, terminal, values.json);
    return rows.some(({ outboxAgeS }) => outboxAgeS > STANDS_STILL_S) ? EXIT_FAILED : EXIT_OK;
  },
};
