import type { ModuleId } from '@chargemesh/ocpi';
import { ocpi } from './table.js';

/** Where a module's rows are handled, and where that is tested, below `apps/ocpi-gateway/src`. */
export const MODULES: { readonly [module in ModuleId]?: { readonly handler: string; readonly test: string } } = {
  credentials: { handler: 'connections/handshake.service.ts', test: 'connections/handshake.db.spec.ts' },
  locations: { handler: 'locations/locations.service.ts', test: 'locations/locations.db.spec.ts' },
  cdrs: { handler: 'cdrs/cdrs.service.ts', test: 'ocpi-gateway.db.spec.ts' },
  tokens: { handler: 'tokens/tokens.rows.ts', test: 'tokens/tokens.db.spec.ts' },
};

/** What a version has no words for, and what its partners are told in its place. */
const UNSAID: readonly (readonly [version: string, what: string, told: string])[] = [
  ['2.2.1', 'Location: `help_phone`, `parking_places`', 'nothing'],
  ['2.2.1', 'EVSE: `parking`', 'nothing'],
  ['2.2.1', 'EVSE: `parking_restrictions` EMPLOYEES, TAXIS, TENANTS', 'the other restrictions'],
  ['2.2.1', 'Connector: `capabilities` (plug and charge)', 'nothing'],
  ['2.2.1', 'Connector: MCS', '`IEC_62196_T2_COMBO`'],
  ['2.2.1', 'Connector: SAE_J3400', '`TESLA_S`'],
  ['2.2.1', 'Token: EMAID', '`OTHER`'],
  ['both', 'Location: an EVSE without a connector that OCPI names, or whose station was never released', 'nothing'],
];

/** `docs/ocpi-coverage.md`: what is served, from the table. */
export function coveragePage(): string {
  const rows = ocpi.flatMap(({ version, modules }) =>
    Object.entries(modules).flatMap(([module, roles]) =>
      Object.entries(roles).flatMap(([role, calls]) =>
        Object.keys(calls as object).map((call) => [version, module, role, `\`${call}\``, ...filesOf(module)]),
      ),
    ),
  );
  return `# What of OCPI is served

Each row is one of \`apps/ocpi-gateway/src/ocpi/table.ts\`, from which this page is written (\`npm run pages\`); files are below
\`apps/ocpi-gateway/src\`. The list of versions and their details are served for each version. What has no row is not served:
404, or 405 where another verb is.

${table(['version', 'module', 'our role', 'call', 'handler', 'test'], rows)}

## What a version cannot say

${table(['version', 'what', 'what is told in its place'], UNSAID)}
`;
}

function filesOf(module: string): string[] {
  const files = MODULES[module as ModuleId];
  if (!files) throw new Error(`${module} is served, and MODULES does not say where it is handled and tested`);
  return [`\`${files.handler}\``, `\`${files.test}\``];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
