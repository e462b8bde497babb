import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '@chargemesh/service';
import { Visitor } from './visitor.js';

const KEY = `cmk_${'a'.repeat(43)}`;

function request(
  given: { method?: string; host?: string; from?: string; cookie?: string; port?: number } = {},
): HttpRequest {
  const { method = 'GET', host = 'localhost:8080', from = '127.0.0.1', cookie, port = 8080 } = given;
  const headers: Record<string, string | undefined> = { host, cookie };
  return {
    method,
    get: (name: string) => headers[name],
    socket: { remoteAddress: from, localPort: port },
  } as unknown as HttpRequest;
}

function admitted(): Visitor {
  const visitor = new Visitor();
  visitor.admit(KEY);
  return visitor;
}
const valueOf = (cookie: string | undefined): string => cookie?.split(';')[0] ?? '';

describe('a visitor of the page of npm start', () => {
  it('reads with the key of the demo', () => {
    const visitor = admitted();
    const cookie = valueOf(visitor.cookieFor(request()));
    expect(visitor.credentialOf(request({ cookie: `theme=dark; ${cookie}` }))).toBe(KEY);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('changes nothing: %s has no key', (method) => {
    const visitor = admitted();
    const cookie = valueOf(visitor.cookieFor(request()));
    expect(visitor.credentialOf(request({ method, cookie }))).toBeUndefined();
  });

  it.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'localhost'])('is let in at %s', (host) => {
    expect(admitted().cookieFor(request({ host }))).toMatch(/HttpOnly; SameSite=Strict$/);
  });

  it.each(['attacker.example:8080', 'localhost.attacker.example', '127.0.0.1.nip.io', '', 'a b'])(
    'is not let in under the name of somebody else: %j',
    (host) => {
      expect(admitted().cookieFor(request({ host }))).toBeUndefined();
    },
  );

  it('is not let in from another machine', () => {
    expect(admitted().cookieFor(request({ from: '10.0.0.7' }))).toBeUndefined();
  });

  it('is not let in before there is a demo', () => {
    expect(new Visitor().cookieFor(request())).toBeUndefined();
  });

  it.each(['chargemesh_8080=', 'chargemesh_8080=x', `chargemesh_8080=${KEY}`, 'chargemesh_8080=' + 'a'.repeat(43)])(
    'has no key by a cookie that was not given: %s',
    (cookie) => {
      expect(admitted().credentialOf(request({ cookie }))).toBeUndefined();
    },
  );

  it('has no key at another port of the machine, whose cookies a browser sends too', () => {
    const visitor = admitted();
    const cookie = valueOf(visitor.cookieFor(request()));
    expect(visitor.credentialOf(request({ cookie, port: 9090 }))).toBeUndefined();
  });
});
