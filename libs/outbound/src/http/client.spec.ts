import { type Server, createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { AllowedAddresses } from './addresses.js';
import { OutboundHttp, RefusedByUs } from './client.js';

const local = new OutboundHttp(new AllowedAddresses(['127.0.0.0/8', '::1/128']));
const guarded = new OutboundHttp(new AllowedAddresses());
const unbounded = new AbortController().signal;
const servers: { close(): unknown; closeAllConnections?(): void }[] = [];

type Answer = Parameters<typeof createServer>[1];

async function server(answer: Answer): Promise<{ url: string; seen: string[]; server: Server }> {
  const seen: string[] = [];
  const listening = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answer!(request, response as never);
  });
  servers.push(listening);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen, server: listening };
}

/** Answers with these bytes, whatever is asked. */
async function raw(bytes: string): Promise<string> {
  const listening = createSocketServer((socket) =>
    socket.on('error', () => undefined).once('data', () => socket.end(bytes)),
  );
  servers.push(listening);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
}

afterEach(() => {
  for (const one of servers.splice(0)) {
    one.closeAllConnections?.();
    one.close();
  }
});
afterAll(() => Promise.all([local.close(), guarded.close()]));

const get = (url: string, signal = unbounded, http = local) => http.send({ method: 'GET', url, headers: {} }, signal);

describe('a call over HTTP', () => {
  it('brings what it is given, and back what is answered', async () => {
    const { url } = await server((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        response.writeHead(201, { 'x-said': 'yes' }).end(`${request.headers['authorization']} ${body}`);
      });
    });
    const headers = { authorization: 'Token abc', 'content-type': 'application/json' };
    const answer = await local.send({ method: 'POST', url, headers, body: '{}' }, unbounded);
    expect(answer).toMatchObject({ status: 201, body: 'Token abc {}', headers: { 'x-said': 'yes' } });
  });

  it('does not follow where it is redirected to', async () => {
    const inside = await server((_, response) => response.end('secret'));
    const { url } = await server((_, response) => response.writeHead(302, { location: inside.url }).end());
    expect((await get(url)).status).toBe(302);
    expect(inside.seen).toEqual([]);
  });

  it.each(['http://127.0.0.1:1/', 'http://[::1]:1/', 'http://2130706433/', 'http://0x7f.1/', 'http://localhost:1/'])(
    'never goes to %s',
    async (url) => {
      await expect(get(url, unbounded, guarded)).rejects.toThrow(/not a public address|no public address/);
    },
  );

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'http://user:secret@example.com/'])(
    'never goes to %s',
    async (url) => {
      await expect(get(url)).rejects.toThrow(RefusedByUs);
    },
  );

  it('takes no answer without end', async () => {
    const { url } = await server((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    await expect(get(url)).rejects.toThrow(/more than 4194304 bytes/);
  });

  it('ends with its signal, before the answer and in the middle of it', async () => {
    for (const begin of [false, true]) {
      const bound = new AbortController();
      const { url } = await server((_, response) => {
        if (begin) response.write('slowly');
        setImmediate(() => bound.abort(new Error('too late')));
      });
      await expect(get(url, bound.signal)).rejects.toThrow('too late');
    }
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['less than it promised', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'],
    ['nothing', ''],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('fails where %s is answered', async (_, bytes) => {
    await expect(get(await raw(bytes))).rejects.toThrow();
  });
});
