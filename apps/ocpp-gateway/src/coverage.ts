import { type MessageRow, messageRows, subprotocols } from '@chargemesh/ocpp';
import { protocols } from './versions.js';

const DIRECTION: Readonly<Record<MessageRow['direction'], string>> = {
  fromStation: 'from station',
  toStation: 'to station',
  both: 'both',
};

/** The page that says which messages of which version are built; made from the tables, so it cannot be wrong. */
export function coverage(): string {
  const versions = subprotocols.toReversed();
  const actions = new Map<string, MessageRow[]>();
  for (const row of messageRows()) actions.set(row.action, [...(actions.get(row.action) ?? []), row]);
  const lines = [...actions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, rows]) => {
      const cells = versions.map((version) => cellOf(rows.find((row) => row.version === version)));
      return `| ${[action, DIRECTION[(rows[0] as MessageRow).direction], ...cells].join(' | ')} |`;
    });
  return [
    '# OCPP coverage',
    '',
    "Made from the gateway's message tables by `npm run coverage -w @chargemesh/ocpp-gateway`; a test compares it.",
    '"built": handled as the specification says. "not yet": in the table, answered NotSupported. "–": not in the version.',
    '',
    '| totals | ' + versions.map((version) => version.replace('ocpp', '')).join(' | ') + ' |',
    '|---|' + '---|'.repeat(versions.length),
    '| built, of all | ' + versions.map(totalOf).join(' | ') + ' |',
    '',
    '| message | direction | ' + versions.map((version) => version.replace('ocpp', '')).join(' | ') + ' |',
    '|---|---|' + '---|'.repeat(versions.length),
    ...lines,
    '',
  ].join('\n');
}

function cellOf(row: MessageRow | undefined): string {
  if (!row) return '–';
  return protocols[row.version].notYet.includes(row.action) ? 'not yet' : 'built';
}

function totalOf(version: MessageRow['version']): string {
  const all = messageRows().filter((row) => row.version === version).length;
  return `${all - protocols[version].notYet.length} of ${all}`;
}
