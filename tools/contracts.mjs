/**
 * `npm run contracts` writes what follows from libs/contracts: the snapshot that guards compatibility, the AsyncAPI
 * page and that of the metrics. It refuses an incompatible change: that needs a new major version of the topic.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { allTopics, asyncApi, incompatibilities, metricsPage, snapshotOf } from '@chargemesh/contracts';

const root = resolve(import.meta.dirname, '..');
const snapshotFile = join(root, 'libs/contracts/contracts.snapshot.json');
const now = snapshotOf(allTopics());
const before = existsSync(snapshotFile) ? JSON.parse(readFileSync(snapshotFile, 'utf8')) : {};
const broken = incompatibilities(before, now);
if (broken.length > 0) {
  console.error(
    `These changes would break readers or recorded events:\n${broken.map((line) => `  ${line}`).join('\n')}`,
  );
  process.exit(1);
}
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(snapshotFile, `${JSON.stringify(now, null, 1)}\n`);
writeFileSync(join(root, 'docs/asyncapi.json'), `${JSON.stringify(asyncApi(allTopics(), version), null, 1)}\n`);
writeFileSync(join(root, 'docs/operations/metrics.md'), metricsPage());
