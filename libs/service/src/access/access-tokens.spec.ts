import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose';
import { pino } from 'pino';
import { Clock } from '../clock.js';
import { AccessTokens } from './access-tokens.js';

const issuer = 'https://login.example';
const audience = 'chargemesh';
const operatorId = '01900000-0000-7000-8000-000000000001';
const now = new Date('2026-05-01T12:00:00Z');
const inAnHour = now.getTime() / 1_000 + 3_600;
const silent = pino({ level: 'silent' });

class StandingClock extends Clock {
  now(): Date {
    return now;
  }
}

describe('an access token', () => {
  let server: Server;
  let jwksUrl: string;
  let privateKey: CryptoKey;
  let tokens: AccessTokens;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    privateKey = pair.privateKey;
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
    server = createServer((_request, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    tokens = tokensAt(jwksUrl);
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function tokensAt(url: string, claims = { operatorClaim: 'operator_id', roleClaim: 'role' }): AccessTokens {
    return new AccessTokens({ issuer, audience, jwksUrl: url, ...claims }, new StandingClock(), silent);
  }

  function signed(changes: Record<string, unknown> = {}, key: CryptoKey = privateKey): Promise<string> {
    const claims = {
      iss: issuer,
      aud: audience,
      sub: 'alice',
      exp: inAnHour,
      operator_id: operatorId,
      role: 'operator',
    };
    return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
  }

  it('says who calls, for which operator, and as what', async () => {
    expect(await tokens.verify(await signed())).toEqual({
      operatorId,
      role: 'operator',
      subject: 'alice',
      installation: false,
    });
  });

  it('counts with its highest role', async () => {
    const caller = await tokens.verify(await signed({ role: ['viewer', 'admin', 'something else'] }));
    expect(caller?.role).toBe('admin');
  });

  it('is of the hotline, if it says so, also beside the role of who only looks', async () => {
    for (const role of ['hotline', ['viewer', 'hotline']])
      expect(await tokens.verify(await signed({ role }))).toMatchObject({ role: 'hotline' });
  });

  it('is read at the claims that the settings name', async () => {
    const elsewhere = tokensAt(jwksUrl, { operatorClaim: 'https://example/operator', roleClaim: 'realm_access.roles' });
    const token = await signed({ 'https://example/operator': operatorId, realm_access: { roles: ['viewer'] } });
    expect(await elsewhere.verify(token)).toMatchObject({ operatorId, role: 'viewer' });
  });

  it.each([
    ['of another issuer', { iss: 'https://other.example' }],
    ['for another audience', { aud: 'somebody else' }],
    ['that has expired', { exp: now.getTime() / 1_000 - 60 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: inAnHour }],
    ['without a subject', { sub: undefined }],
    ['without an operator', { operator_id: undefined }],
    ['with an operator that is no id', { operator_id: 'x' }],
    ['without a role that is known here', { role: 'root' }],
  ])('%s is refused', async (_, changes) => {
    expect(await tokens.verify(await signed(changes))).toBeUndefined();
  });

  it('with the signature of another key is refused', async () => {
    const { privateKey: other } = await generateKeyPair('RS256');
    expect(await tokens.verify(await signed({}, other))).toBeUndefined();
  });

  it('without a signature is refused', async () => {
    const [, payload] = (await signed()).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    expect(await tokens.verify(`${header}.${payload}.`)).toBeUndefined();
  });

  it('signed with a shared secret is refused', async () => {
    const token = await new SignJWT({ iss: issuer, aud: audience, sub: 'alice', exp: inAnHour })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(new TextEncoder().encode('a shared secret of enough length'));
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it('cannot be checked while the key set cannot be read', async () => {
    await expect(tokensAt('http://127.0.0.1:9/jwks').verify(await signed())).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
