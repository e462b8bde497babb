import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Command, EXIT_OK, type Terminal, UsageError } from './command.js';
import { readInput } from './input.js';

const EXIT_REFUSED = 1;
const ANSWERS_WITHIN_MS = 30_000;
const options = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  country: { type: 'string' },
  party: { type: 'string' },
  currency: { type: 'string' },
} as const;
const required = ['key-file', 'name', 'country', 'party', 'currency'] as const;

/** The platform's answer that is no success, in its own words. */
class Refused extends Error {}

export const operator: Command = {
  summary: 'creates an operator on a platform, and a first API key for it',
  usage: `usage: chargemesh operator --key-file <file> --name <name> --country <code> --party <id> --currency <code>
                           [--url <url>] [--id <uuid>]

  --key-file <file>   holds the installation's key: the text itself, or JSON with INSTALLATION_API_KEY, as secrets.json of an
                      embedded platform; "-" is standard input
  --name <name>       the operator's, as drivers and partners read it
  --country <code>    ISO 3166 alpha-2, and
  --party <id>        three letters or digits: the operator's party in OCPI
  --currency <code>   ISO 4217
  --url <url>         of device-management, or of a platform in one process; http://127.0.0.1:8080, if absent
  --id <uuid>         of an operator that is there already: it gets another key; a new one, if absent

Writes JSON with operatorId and apiKey. The key is an administrator's and is shown this once.

exit codes: 0 created; 1 refused, or not reached; 2 called wrongly`,

  async run(args, terminal) {
    const { values } = parseArgs({ args, options });
    const { name, country: countryCode, party: partyId, currency } = values;
    const missing = required.filter((option) => values[option] === undefined);
    if (missing.length > 0) throw new UsageError(`--${missing.join(', --')} must be given.`);
    const key = await readKey(values['key-file'], terminal);
    const operatorId = values.id ?? randomUUID();
    const url = `${values.url ?? 'http://127.0.0.1:8080'}/api/device-management/v1/operators/${operatorId}`;
    try {
      await ask(key, 'PUT', url, { name, countryCode, partyId, currency });
      const { apiKey } = await ask(key, 'POST', `${url}/api-keys`, { name, role: 'admin' });
      terminal.out(`${JSON.stringify({ operatorId, apiKey }, null, 2)}\n`);
      return EXIT_OK;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      terminal.err(`${error.message}\n`);
      return EXIT_REFUSED;
    }
  },
};

async function readKey(file: string | undefined, terminal: Terminal): Promise<string> {
  const text = (await readInput(file, terminal)).trim();
  if (!text.startsWith('{')) return text;
  const [, key] = /"INSTALLATION_API_KEY":\s*"([^"]+)"/.exec(text) ?? [];
  if (key === undefined) throw new UsageError('There is no INSTALLATION_API_KEY in the key file.');
  return key;
}

async function ask(key: string, method: string, url: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  }).catch((error: Error) => {
    throw new Refused(
      `${url} cannot be reached: ${error.cause instanceof Error ? error.cause.message : error.message}`,
    );
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(`${method} ${url} answered ${answer.status}: ${text.slice(0, 1_000)}`);
  return JSON.parse(text) as Record<string, unknown>;
}
