/** `npm run pages` writes the pages that follow from the code; tests compare them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configurationPage } from '@chargemesh/all-in-one';
import { commandLinePage } from '@chargemesh/cli';

const docs = resolve(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'configuration.md'), configurationPage());
mkdirSync(join(docs, 'operations'), { recursive: true });
writeFileSync(join(docs, 'operations/command-line.md'), commandLinePage());
