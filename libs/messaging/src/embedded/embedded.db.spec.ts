import { describe } from '@jest/globals';
import { Client } from 'pg';
import { type TestDatabase, now, silent } from '../testing/ledger.js';
import { transportContract } from '../testing/transport-contract.js';
import { Telemetry } from '../telemetry.js';
import { embeddedLog } from './tables.migration.js';
import { EmbeddedTransport } from './transport.js';

async function open(database: TestDatabase) {
  const url = await database.schema(embeddedLog);
  const transport = new EmbeddedTransport({
    url,
    logger: silent,
    now,
    telemetry: new Telemetry(),
    stopWithinMs: 1_000,
  });
  await transport.start();
  const terminate = (where: string) =>
    database.admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'embedded_log%' ${where}`,
    );
  return {
    transport,
    another: async () => transport,
    async loseNextAnswer() {
      // The commit succeeds, then the connection is gone before it has said so.
      await breakAfterNextAppend(database.adminUrl);
    },
    async restart() {
      await terminate('');
    },
    close: () => transport.close(),
  };
}

/** Kills the backend that appends next, in its commit: after the commit is durable, before it is told. */
async function breakAfterNextAppend(adminUrl: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  await client.end();
}

describe('the embedded transport', () => transportContract(open));
