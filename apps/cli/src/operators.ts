import { randomUUID } from 'node:crypto';
import { type Action, type Command, EXIT_OK, UsageError, exactly, oneOf } from './command.js';
import { Platform, parsed, platformUsage } from './platform.js';
import { writeJson, writeRows } from './table.js';

const SERVICE = 'device-management';
const required = ['name', 'country', 'party', 'currency'] as const;

const list: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {});
  exactly(positionals);
  const platform = await Platform.of(values, terminal);
  const columns = ['operatorId', 'name', 'countryCode', 'partyId', 'currency'];
  writeRows(await platform.list(SERVICE, 'operators'), columns, terminal, values.json);
  return EXIT_OK;
};

const create: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {
    id: { type: 'string' },
    name: { type: 'string' },
    country: { type: 'string' },
    party: { type: 'string' },
    currency: { type: 'string' },
  });
  exactly(positionals);
  const { name, country: countryCode, party: partyId, currency } = values;
  const missing = required.filter((option) => values[option] === undefined);
  if (missing.length > 0) throw new UsageError(`--${missing.join(', --')} must be given.`);
  const platform = await Platform.of(values, terminal);
  const operatorId = values.id ?? randomUUID();
  const path = `operators/${encodeURIComponent(operatorId)}`;
  await platform.ask('PUT', SERVICE, path, { name, countryCode, partyId, currency });
  const { apiKey } = await platform.ask('POST', SERVICE, `${path}/api-keys`, { name, role: 'admin' });
  writeJson({ operatorId, apiKey }, terminal);
  return EXIT_OK;
};

export const operators: Command = {
  summary: 'lists operators, and creates one with a first API key',
  usage: `usage: chargemesh operators list [--json]
       chargemesh operators create --name <name> --country <code> --party <id> --currency <code> [--id <uuid>]

  list                the operators of the platform
  create              writes JSON with operatorId and apiKey, an administrator's key that is shown this once
  --name <name>       the operator's, as drivers and partners read it
  --country <code>    ISO 3166 alpha-2, and
  --party <id>        three letters or digits: the operator's party in OCPI
  --currency <code>   ISO 4217
  --id <uuid>         of an operator that is there already: it gets another key; a new one, if absent

${platformUsage}
                      It is the installation's key.

exit codes: 0 done; 1 refused, or not reached; 2 called wrongly`,
  run: oneOf({ list, create }),
};
