/** `npm run pages` writes the pages that follow from the code; tests compare them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configurationPage, services } from '@chargemesh/all-in-one';
import { commandLinePage } from '@chargemesh/cli';
import { coveragePage } from '@chargemesh/ocpi-gateway';
import { statesPage } from '@chargemesh/payments';
import { errorsPage } from '@chargemesh/service';

const docs = resolve(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'configuration.md'), configurationPage());
writeFileSync(join(docs, 'errors.md'), errorsPage(services));
writeFileSync(join(docs, 'ocpi-coverage.md'), coveragePage());
writeFileSync(join(docs, 'payments-states.md'), statesPage());
mkdirSync(join(docs, 'operations'), { recursive: true });
writeFileSync(join(docs, 'operations/command-line.md'), commandLinePage());
