import { parseArgs } from 'node:util';
import { readSettings } from '@chargemesh/service/settings';
import { Failed, type Terminal, UsageError } from './command.js';
import { readInput } from './input.js';
import { commandLineSettings } from './settings.js';

const ANSWERS_WITHIN_MS = 30_000;
const PAGE = 500;
/** More than anybody reads; who wants all asks the interface itself. */
const ITEMS_MAX = 10_000;

/** Options of every command that asks a platform. */
export const platformOptions = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const platformUsage = `  --url <url>         of the platform; CHARGEMESH_URL, or http://127.0.0.1:8080, if absent. "{service}" in it stands for the
                      name of a service, where each has an address of its own: http://{service}:8080
  --key-file <file>   holds the key: the text itself, or JSON with INSTALLATION_API_KEY, as secrets.json of an embedded
                      platform; "-" is standard input. INSTALLATION_API_KEY, or the file INSTALLATION_API_KEY_FILE, if absent`;

type Query = Readonly<Record<string, string | undefined>>;
export type Item = Readonly<Record<string, unknown>>;

/** The HTTP interface of a platform, asked with one key. */
export class Platform {
  private constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  static async of(values: { url?: string; 'key-file'?: string }, terminal: Terminal): Promise<Platform> {
    const settings = readSettings(commandLineSettings, terminal.environment);
    const file = values['key-file'];
    const key = file === undefined ? settings.INSTALLATION_API_KEY : await readKey(file, terminal);
    if (!key) throw new UsageError('The key must be given, by --key-file or INSTALLATION_API_KEY.');
    return new Platform((values.url ?? settings.CHARGEMESH_URL).replace(/(?<!\/)\/+$/, ''), key);
  }

  /** Asks a service; a path begins after its version: `dead-letters/12`. */
  async ask(
    method: string,
    service: string,
    path: string,
    body?: unknown,
    withinMs = ANSWERS_WITHIN_MS,
  ): Promise<Item> {
    const url = `${this.url.replaceAll('{service}', service)}/api/${service}/v1/${path}`;
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    }).catch((error: Error) => {
      throw new Failed(
        `${url} cannot be reached: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      );
    });
    const text = await answer.text();
    if (!answer.ok) throw new Failed(`${method} ${url} answered ${answer.status}: ${text.slice(0, 1_000)}`);
    return (text === '' ? {} : JSON.parse(text)) as Item;
  }

  /** All items of a list, page by page. */
  async list(service: string, path: string, query: Query = {}): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: unknown; items.length < ITEMS_MAX;) {
      const parameters = new URLSearchParams({ limit: String(PAGE) });
      for (const [name, value] of Object.entries({ ...query, cursor: cursor as string | undefined }))
        if (value !== undefined) parameters.set(name, value);
      const page = await this.ask('GET', service, `${path}?${parameters.toString()}`);
      items.push(...(page['items'] as Item[]));
      cursor = page['nextCursor'] ?? undefined;
      if (cursor === undefined) break;
    }
    return items;
  }
}

async function readKey(file: string, terminal: Terminal): Promise<string> {
  const text = (await readInput(file, terminal)).trim();
  if (!text.startsWith('{')) return text;
  const [, key] = /"INSTALLATION_API_KEY":\s*"([^"]+)"/.exec(text) ?? [];
  if (key === undefined) throw new UsageError('There is no INSTALLATION_API_KEY in the key file.');
  return key;
}

/** Reads arguments with the options of every such command and those given. */
export function parsed<Options extends NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>>(
  args: string[],
  options: Options,
) {
  return parseArgs({ args, allowPositionals: true, options: { ...platformOptions, ...options } });
}
