import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type RunningPostgres, startPostgres } from '@chargemesh/embedded-postgres';
import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import { eventually } from '@chargemesh/testing';
import { asAdmin } from '@chargemesh/persistence/testing';
import { v7 as uuidv7 } from 'uuid';
import { type Network, createNetwork } from './network.js';
import { Prometheus, hasPrometheus } from './prometheus.js';
import { codeOf, inlineOf, pages, root, shellOf, snippetsOf } from './snippets.js';

const INSTALLATION_API_KEY = 'installation-key-of-a-test-0123456789';
const SECRET_KEY = 'secret-key-of-a-test-01234567890123456789';
const ADMIN_PASSWORD = 'of-the-administrator';
const operations = 'docs/operations';
const runbooks = pages.filter((page) => page.includes('/runbooks/'));
const run = promisify(execFile);

/** A block of settings of PostgreSQL, as the server reads them. */
function settingsIn(text: string): [string, string][] {
  return [...text.matchAll(/^(\w+) = (?:'([^']*)'|(\S+))/gm)].map(([, name = '', quoted, bare = '']) => [
    name,
    quoted ?? bare,
  ]);
}

describe('the settings that the pages give PostgreSQL', () => {
  it('are taken by a server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargemesh-settings-'));
    const given = snippetsOf(`${operations}/backup-and-restore.md`, 'ini').flatMap(({ text }) => settingsIn(text));
    expect(given.length).toBeGreaterThan(7);
    const settings = Object.fromEntries(given);
    const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'x', settings });
    try {
      await asAdmin(postgres.adminUrl, async (admin) => {
        for (const [name, value] of given) {
          const { rows } = await admin.query<Record<string, string>>(`SHOW ${name}`);
          expect([name, rows[0]?.[name]?.replace('1min', '60s')]).toEqual([name, value]);
        }
      });
    } finally {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** On a server of its own, since the installation page makes a database and an administrator of that name. */
describe('what an operator of the platform pastes from the pages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-pages-'));
  let postgres: RunningPostgres;
  let settings: Environment;
  let running: Running;
  let network: Network;

  beforeAll(async () => {
    postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'of-this-run' });
    const [install] = snippetsOf(`${operations}/install.md`, 'sql');
    for (const statement of statementsOf(install?.text.replace('…', ADMIN_PASSWORD)))
      await asAdmin(postgres.adminUrl, (admin) => admin.query(statement));
    const adminUrl = new URL(postgres.adminUrl);
    [adminUrl.username, adminUrl.password, adminUrl.pathname] = ['chargemesh_admin', ADMIN_PASSWORD, '/chargemesh'];
    const urls = await migrateServices(services, { adminUrl: adminUrl.toString(), password: 'of-the-services' });
    const ports = { HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0', TRANSPORT: 'embedded' };
    settings = { ADMIN_DATABASE_URL: adminUrl.toString(), INSTALLATION_API_KEY, ...urls };
    const overrides = { logDestination: { write: () => undefined } };
    running = await startServices({ services, environment: { ...ports, SECRET_KEY, ...settings }, overrides });
    network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 1, tokens: 1 });
  }, 180_000);

  afterAll(async () => {
    await running?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const statementsOf = (text = ''): string[] => text.split(/;\s*$/m).filter((statement) => statement.trim() !== '');
  /** In a shell that has the tool under its name, as the page of it says. */
  async function shell(text: string, variables: Record<string, string> = {}): Promise<string> {
    const [named = ''] = shellOf(`${operations}/command-line.md`).filter((block) => block.includes('chargemesh()'));
    const inCheckout = named.split('\n').find((line) => line.includes('npm run')) ?? '';
    const { PATH = '' } = process.env;
    const env = { PATH, ...settings, CHARGEMESH_URL: running.url, URL: running.url, KEY: network.apiKey, ...variables };
    const { stdout } = await run('bash', ['-euc', `${inCheckout}\n${text}`], { cwd: root, env });
    return stdout;
  }
  const asked = (page: string, words: string): string => {
    const found = shellOf(page).find((text) => text.includes(words));
    if (found === undefined) throw new Error(`${page} has no block with ${words}`);
    return found;
  };
  const withDatabase = <T>(work: (query: (text: string) => Promise<{ rows: unknown[] }>) => Promise<T>): Promise<T> => {
    const url = new URL(postgres.adminUrl);
    url.pathname = '/chargemesh';
    return asAdmin(url.toString(), (admin) => work((text) => admin.query(text)));
  };

  it('needs no superuser for the migrations', async () => {
    const checked = await shell('chargemesh migrate --check');
    expect(checked.match(/: up to date$/gm)).toHaveLength(services.length);
  });

  it('renews API keys, of which the old one is dead', async () => {
    const [create, revoke] = ['api-keys create', 'api-keys revoke'].map((words) =>
      asked(`${operations}/rotation.md`, words),
    );
    const variables = { OPERATOR: network.operatorId };
    const told = await shell(create ?? '', variables);
    const { apiKeyId, apiKey } = JSON.parse(told.slice(0, told.indexOf('}') + 1)) as Record<string, string>;
    expect(told).toContain('billing-2027');
    const old = { ...variables, OLD_KEY_ID: apiKeyId ?? '', OLD_KEY: apiKey ?? '' };
    await eventually(async () => expect(await shell((revoke ?? '').split('\n')[1] ?? '', old)).toBe('200\n'));
    await shell((revoke ?? '').split('\n')[0] ?? '', old);
    await eventually(async () => expect(await shell((revoke ?? '').split('\n')[1] ?? '', old)).toBe('401\n'));
  });

  it('renews the password of a station and the token of a partner', async () => {
    const credentials = asked(`${operations}/rotation.md`, '/credentials"');
    const set = JSON.parse(await shell(credentials, { STATION: network.stations[0]?.id ?? '' })) as object;
    expect(set).toMatchObject({ password: expect.any(String) });
    const partner = uuidv7();
    await network.rest.put(`ocpi-gateway/v1/partners/${partner}`, {
      countryCode: 'NL',
      partyId: 'EMS',
      name: 'Theirs',
    });
    const token = asked(`${operations}/rotation.md`, '/partners/$PARTNER/token');
    expect(JSON.parse(await shell(token, { PARTNER: partner }))).toMatchObject({ token: expect.any(String) });
  });

  it('looks at what waits after a restore', async () => {
    writeFileSync(join(folder, 'operator.key'), network.apiKey);
    const look = asked(`${operations}/backup-and-restore.md`, 'outbox status');
    const told = await shell(look.replace('operator.key', join(folder, 'operator.key')));
    expect(told).toContain('device-management');
  });

  it('raises versions and looks into tables', () =>
    withDatabase(async (query) => {
      const blocks = ['backup-and-restore', 'disaster-recovery', 'retention']
        .flatMap((page) => snippetsOf(`${operations}/${page}.md`, 'sql'))
        .flatMap(({ text }) => statementsOf(text));
      const inline = [...pages].flatMap(inlineOf).filter((code) => /^(SELECT|UPDATE) .*\b(FROM|SET)\b/.test(code));
      expect([blocks.length, inline.length]).toEqual([expect.any(Number), expect.any(Number)]);
      expect(blocks.length).toBeGreaterThan(9);
      expect(inline.length).toBeGreaterThan(3);
      for (const statement of [...blocks, ...inline]) await query(statement.replaceAll('<schema>', 'sessions'));
      const [retention] = snippetsOf(`${operations}/retention.md`, 'sql');
      expect((await query(retention?.text ?? '')).rows).toContainEqual(
        expect.objectContaining({ of: 'sessions.meter_values', partitions: expect.stringMatching(/^[1-9]/) }),
      );
    }));

  it('asks for what there is', async () => {
    const document = await (await fetch(`${running.url}/api/openapi.json`)).json();
    const { paths } = document as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
    const asked = pages.flatMap((page) =>
      codeOf(page)
        .flatMap(requestsIn)
        .map((request) => ({ page, ...request })),
    );
    expect(asked.length).toBeGreaterThan(20);
    const missing = asked.filter((request) => !routes.some((route) => isOf(route, request)));
    expect(missing).toEqual([]);
  });

  (hasPrometheus ? it : it.skip)('asks Prometheus what it understands', async () => {
    const prometheus = await Prometheus.start(running.managementUrl);
    try {
      const [overdue] = snippetsOf(`${operations}/retention.md`, 'text');
      const queries = runbooks
        .flatMap(inlineOf)
        .filter((code) => /^(\w+\(|(sum|max|min)\b|(chargemesh|db|process|nodejs)[_:])/.test(code));
      expect(queries.length).toBeGreaterThan(40);
      for (const query of [overdue?.text ?? '', ...queries]) await prometheus.has(query);
    } finally {
      await prometheus.stop();
    }
  });
});

interface Request {
  readonly method: string;
  readonly path: string;
}

/** What a piece of code asks the REST interface for; a path without a method by any. */
function requestsIn(code: string): Request[] {
  const path = /(?:^|[\s"'}]|\$URL|:\d+)(\/api\/[\w<>$-]+\/v1\/[^\s`"'?\\]+)/.exec(code)?.[1];
  if (path === undefined) return [];
  const isCall = code.startsWith('curl') || code.startsWith('put ');
  const method = /\b(GET|POST|PUT|PATCH|DELETE)\b/.exec(code)?.[1] ?? (isCall ? 'GET' : '*');
  return [{ method, path }];
}

/** Whether a route answers it; `{id}`, `<id>`, `$ID` and what is shortened stand for anything. */
function isOf(route: Request, { method, path }: Request): boolean {
  const open = /^[{<$…:]|…/;
  const [theirs, ours] = [route.path.split('/'), path.replace(/\/$/, '').split('/')];
  const isPath =
    theirs.length === ours.length &&
    theirs.every((part, at) => part === ours[at] || part.startsWith('{') || open.test(ours[at] ?? ''));
  return isPath && (method === '*' || method === route.method);
}
