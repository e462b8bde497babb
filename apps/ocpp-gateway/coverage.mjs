/** Writes docs/ocpp-coverage.md from the built message tables. */
import { writeFileSync } from 'node:fs';
import { coverage } from './dist/coverage.js';

writeFileSync(new URL('../../docs/ocpp-coverage.md', import.meta.url), coverage());
