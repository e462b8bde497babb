import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TokenServer } from '../testing/token-server.js';
import { LogAway } from '../transport.js';
import { AccessTokenSource } from './access-token.js';

describe('the access token of a client', () => {
  let server: TokenServer;
  let source: AccessTokenSource;

  beforeEach(async () => {
    server = await TokenServer.open();
    source = new AccessTokenSource({ tokenUrl: server.url, clientId: 'a:b', clientSecret: 'ä c', scope: 'kafka' });
  });
  afterEach(() => server.close());

  it('is asked for by client credentials, with a scope', async () => {
    await source.get();
    expect(server.requests).toEqual([
      {
        authorization: `Basic ${Buffer.from('a%3Ab:%C3%A4%20c').toString('base64')}`,
        form: { grant_type: 'client_credentials', scope: 'kafka' },
      },
    ]);
  });

  it('is fetched once for everybody who asks, and used while it lives', async () => {
    const [first, second] = await Promise.all([source.get(), source.get()]);
    expect([second, await source.get()]).toEqual([first, first]);
    expect(server.requests).toHaveLength(1);
  });

  it('is fetched anew before it expires', async () => {
    server.lifetimeS = 0.001;
    await source.get();
    server.lifetimeS = 60;
    await source.get();
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['refuses', { status: 401, body: '{"error":"invalid_client"}' }, /401: \{"error":"invalid_client"\}/],
    ['answers no token', { status: 200, body: '{}' }, /no access_token/],
    ['answers no JSON', { status: 200, body: 'hello' }, /JSON/],
    ['answers too much', { status: 200, body: 'x'.repeat(70_000) }, /65536 bytes/],
  ])('that cannot be had because the server %s is an outage with its reason', async (_, instead, reason) => {
    server.instead = instead;
    await expect(source.get()).rejects.toThrow(reason);
    await expect(source.get()).rejects.toBeInstanceOf(LogAway);
    server.instead = undefined;
    expect(await source.get()).toMatch(/^ey/);
  });

  it('that cannot be had because nobody is there is one too', async () => {
    const nobody = new AccessTokenSource({ tokenUrl: 'http://127.0.0.1:9/t', clientId: 'a', clientSecret: 'b' });
    await expect(nobody.get()).rejects.toBeInstanceOf(LogAway);
  });
});
