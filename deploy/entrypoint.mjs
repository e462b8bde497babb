/**
 * What a container of the image becomes, in this very process, so that signals reach it: a service by its name (`sessions`,
 * `sessions migrate`), else the command-line tool (`migrate`, `--help`).
 */
import { fileURLToPath } from 'node:url';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 };
const COMMAND_LINE_TOOL = 'apps/cli/bin/chargemesh.mjs';
const programs = {
  'ocpp-gateway': 'apps/ocpp-gateway/dist/main.js',
  'device-management': 'apps/device-management/dist/main.js',
  sessions: 'apps/sessions/dist/main.js',
  tariffs: 'apps/tariffs/dist/main.js',
  payments: 'apps/payments/dist/main.js',
  'ocpi-gateway': 'apps/ocpi-gateway/dist/main.js',
  'station-simulator': 'apps/station-simulator/dist/cli.js',
  demo: 'apps/all-in-one/dist/demo/main.js',
};

// The kernel ends the first process of a container by no signal that it does not handle. A program that handles one adds
// its listener; until then, or if it never does, a signal ends it as it would end any process.
for (const [signal, number] of Object.entries(SIGNALS)) {
  process.on(signal, () => process.listenerCount(signal) === 1 && process.exit(128 + number));
}

const [node, , ...words] = process.argv;
const isProgram = Object.hasOwn(programs, words[0] ?? '');
const program = new URL(`../${isProgram ? programs[words[0]] : COMMAND_LINE_TOOL}`, import.meta.url);
process.argv = [node, fileURLToPath(program), ...words.slice(isProgram ? 1 : 0)];
await import(program.href);
