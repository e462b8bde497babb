/** `npm run pages` writes the pages that follow from the code; tests compare them. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configurationPage } from '@chargemesh/all-in-one';

const docs = resolve(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'configuration.md'), configurationPage());
