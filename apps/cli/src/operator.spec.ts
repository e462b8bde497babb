import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commands } from './commands.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

describe('chargemesh operator', () => {
  const asked: unknown[] = [];
  let status = 200;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request).then((body) => response.end(body)));
    async function answer(request: IncomingMessage): Promise<string> {
      const path = request.url?.replace(/operators\/[^/]+/, 'operators/<id>');
      asked.push([request.method, path, request.headers.authorization, await json(request)]);
      return JSON.stringify({ apiKey: 'cmk_new' });
    }
    server.on('request', (_, response) => (response.statusCode = status));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked.length = 0;
    status = 200;
  });
  afterAll(() => void server.close());

  const given = () => [
    ...['operator', '--url', url, '--key-file', '-', '--name', 'Ours'],
    ...['--country', 'DE', '--party', 'ABC', '--currency', 'EUR'],
  ];

  it.each([
    ['the key itself', 'installation-key\n'],
    ['the secrets of an embedded platform', '{\n "postgres": "x", "INSTALLATION_API_KEY": "installation-key" }'],
  ])('creates it and a key for it, by %s', async (_, input) => {
    const terminal = terminalOf(input);
    expect(await run(given(), terminal, commands)).toBe(0);
    expect(JSON.parse(terminal.written.out)).toEqual({ operatorId: expect.any(String), apiKey: 'cmk_new' });
    const body = { name: 'Ours', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
    const path = '/api/device-management/v1/operators/<id>';
    expect(asked).toEqual([
      ['PUT', path, 'Bearer installation-key', body],
      ['POST', `${path}/api-keys`, 'Bearer installation-key', { name: 'Ours', role: 'admin' }],
    ]);
  });

  it('says what the platform refused', async () => {
    status = 401;
    const terminal = terminalOf('wrong');
    expect(await run(given(), terminal, commands)).toBe(1);
    expect(terminal.written).toMatchObject({ out: '', err: expect.stringContaining('answered 401') });
  });

  it('says that nobody is there', async () => {
    const terminal = terminalOf('key');
    expect(await run([...given(), '--url', 'http://127.0.0.1:1'], terminal, commands)).toBe(1);
    expect(terminal.written.err).toContain('cannot be reached');
  });

  it.each([
    [['operator'], '--key-file, --name, --country, --party, --currency must be given'],
    [['operator', '--name', 'A', '--country', 'DE', '--currency', 'EUR', '--key-file', '-'], '--party must be given'],
  ])('is told what is missing: %j', async (args, sentence) => {
    const terminal = terminalOf('{}');
    expect(await run(args, terminal, commands)).toBe(2);
    expect(terminal.written.err).toContain(sentence);
  });
});
