import { randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '@chargemesh/service';
import { cookieOf, keepCookie } from './cookies.js';

const COOKIE = 'attempt';
const LASTS_S = 86_400;

/**
 * Whether a form may have been sent by another site's page. Browsers say from where they send one; who says nothing is no
 * browser, and has no cookies of a driver.
 */
export function isForeign(request: HttpRequest): boolean {
  const site = request.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = request.get('origin');
  return origin !== undefined && URL.parse(origin)?.host !== request.get('host');
}

/**
 * What tells one driver's attempts from another's, so that a second try needs no second hold: given with the first page, and
 * sent by forms of our own pages alone (SameSite; the way back from the provider is a link).
 */
export function attemptOf(request: HttpRequest, response: HttpResponse): string {
  const known = cookieOf(request, COOKIE);
  if (known !== undefined && /^[\w-]{22}$/.test(known)) return known;
  const attempt = randomBytes(16).toString('base64url');
  keepCookie(request, response, { name: COOKIE, value: attempt, lastsS: LASTS_S });
  return attempt;
}
