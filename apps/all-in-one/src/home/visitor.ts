import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '@chargemesh/service';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const READING = new Set(['GET', 'HEAD']);

/**
 * Who looks at the page of `npm start` from this machine: the demo's operator, who may read. What the browser holds is worth
 * nothing after the process has ended, and nothing to another site: it is not sent from there (SameSite=Strict).
 */
export class Visitor {
  private readonly secret = randomBytes(32).toString('base64url');
  private apiKey: string | undefined;

  /** Lets visitors see what this key may read. */
  admit(apiKey: string): void {
    this.apiKey = apiKey;
  }

  /**
   * The cookie for a visitor; undefined for who is somewhere else, or was led here under another name (DNS rebinding), and
   * before anybody was admitted.
   */
  cookieFor(request: HttpRequest): string | undefined {
    const host = URL.parse(`http://${request.get('host')}`);
    if (!this.apiKey || !host || !LOOPBACK_NAMES.has(host.hostname)) return undefined;
    if (!LOOPBACK.has(request.socket.remoteAddress ?? '')) return undefined;
    return `${nameOf(request)}=${this.secret}; Path=/api; HttpOnly; SameSite=Strict`;
  }

  /** The key of a visitor's request; undefined where the request would change something, or nobody visits. */
  credentialOf(request: HttpRequest): string | undefined {
    if (!READING.has(request.method)) return undefined;
    const name = `${nameOf(request)}=`;
    const cookies = (request.get('cookie') ?? '').split('; ');
    const given = cookies.find((cookie) => cookie.startsWith(name))?.slice(name.length);
    return given !== undefined && isEqual(given, this.secret) ? this.apiKey : undefined;
  }
}

/** Cookies are shared by all ports of a host, on which other platforms may run. */
function nameOf({ socket }: HttpRequest): string {
  return `chargemesh_${socket.localPort}`;
}

function isEqual(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
