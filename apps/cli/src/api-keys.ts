import { type Action, type Command, EXIT_OK, UsageError, exactly, oneOf } from './command.js';
import { Platform, parsed, platformUsage } from './platform.js';
import { writeJson, writeRows } from './table.js';

const SERVICE = 'device-management';
const ROLES = ['viewer', 'hotline', 'terminal', 'operator', 'admin'];

const list: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {});
  const { operator } = exactly(positionals, 'operator');
  const platform = await Platform.of(values, terminal);
  const keys = await platform.list(SERVICE, keysOf(operator));
  writeRows(keys, ['apiKeyId', 'name', 'role', 'expiresAt'], terminal, values.json);
  return EXIT_OK;
};

const create: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {
    name: { type: 'string' },
    role: { type: 'string' },
    expires: { type: 'string' },
  });
  const { operator } = exactly(positionals, 'operator');
  const { name, role, expires: expiresAt } = values;
  if (name === undefined || role === undefined || !ROLES.includes(role))
    throw new UsageError(`--name and --role must be given; the role is one of ${ROLES.join(', ')}.`);
  const platform = await Platform.of(values, terminal);
  writeJson(await platform.ask('POST', SERVICE, keysOf(operator), { name, role, expiresAt }), terminal);
  return EXIT_OK;
};

const revoke: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {});
  const { operator, key } = exactly(positionals, 'operator', 'key');
  const platform = await Platform.of(values, terminal);
  await platform.ask('DELETE', SERVICE, `${keysOf(operator)}/${encodeURIComponent(key)}`);
  terminal.out('Revoked.\n');
  return EXIT_OK;
};

function keysOf(operator: string): string {
  return `operators/${encodeURIComponent(operator)}/api-keys`;
}

export const apiKeys: Command = {
  summary: 'lists, creates and revokes the API keys of an operator',
  usage: `usage: chargemesh api-keys list <operator> [--json]
       chargemesh api-keys create <operator> --name <name> --role viewer|hotline|terminal|operator|admin [--expires <time>]
       chargemesh api-keys revoke <operator> <key>

  <operator>          id of the operator
  <key>               id of the key, not the key itself
  --expires <time>    RFC 3339: the key is not taken afterwards

create writes JSON with the key itself, which is shown this once.

${platformUsage}
                      It is the installation's key, or one of an administrator of the operator.

exit codes: 0 done; 1 refused, or not reached; 2 called wrongly`,
  run: oneOf({ list, create, revoke }),
};
