/**
 * `npm run schemas` writes what the schemas of services are like, for the release that is about to be made: the next one must
 * leave its processes working (docs/operations/upgrades.md). Migrations that only widen need no renewal before.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare();
const { startPostgres } = await import('@chargemesh/embedded-postgres');
const { Connection } = await import('@chargemesh/persistence');
const { shapeOf } = await import('@chargemesh/persistence/testing');
const { migrateServices } = await import('@chargemesh/service');
const { services } = await import('@chargemesh/all-in-one');

const parent = await mkdtemp(join(tmpdir(), 'chargemesh-schemas-'));
const postgres = await startPostgres({ folder: join(parent, 'postgres'), password: 'schemas' });
try {
  await migrateServices(services, { adminUrl: postgres.adminUrl, password: 'schemas', embeddedLog: false });
  const admin = new Connection({ connectionString: postgres.adminUrl });
  await admin.connect();
  const shapes = {};
  for (const { schema } of services) shapes[schema] = await shapeOf(admin, schema);
  await admin.end();
  await writeFile(join(root, 'e2e/schemas.snapshot.json'), `${JSON.stringify(shapes, null, 1)}\n`);
} finally {
  await postgres.stop();
  await rm(parent, { recursive: true, force: true });
}
process.exit();
