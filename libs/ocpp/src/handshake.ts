import { subprotocols } from './messages.js';
import type { Subprotocol } from './payloads.js';

const stationIdLengthMax = 48;
const stationsPath = '/ocpp/';

/**
 * The station id in the path of a handshake (`/ocpp/<stationId>`, percent-encoded), or undefined if there is none.
 * Stations add a slash, a query, or send a whole address where only their id belongs: the last segment is the id.
 */
export function stationIdFromUrl(url: string): string | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  if (!path.startsWith(stationsPath)) return undefined;
  const encoded = path
    .slice(stationsPath.length)
    .split('/')
    .findLast((segment) => segment !== '');
  if (encoded === undefined) return undefined;
  try {
    const stationId = decodeURIComponent(encoded);
    return isStationId(stationId, 'ocpp1.6') ? stationId : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a version allows the id: printable, at most 48 characters, and without a colon from 2.x on. */
export function isStationId(text: string, version: Subprotocol): boolean {
  if (text.length === 0 || text.length > stationIdLengthMax || /\p{Cc}/u.test(text)) return false;
  return version === 'ocpp1.6' || !text.includes(':');
}

/** The first version in the station's own order of preference (`Sec-WebSocket-Protocol`) that is spoken here. */
export function chooseVersion(
  offered: Iterable<string>,
  spoken: readonly Subprotocol[] = subprotocols,
): Subprotocol | undefined {
  for (const name of offered) {
    const version = spoken.find((candidate) => candidate === name);
    if (version) return version;
  }
  return undefined;
}

/** Raw bytes: a 1.6 password need not be text (OCPP-J 1.6 §6.2.2). */
export interface BasicCredentials {
  user: Buffer;
  password: Buffer;
}

const basic = /^basic +([a-z0-9+/]+={0,2}) *$/i;
const colon = 0x3a;

/** Reads an `Authorization: Basic` header; undefined if it is none. The user ends at the first colon. */
export function basicCredentials(header: string | undefined): BasicCredentials | undefined {
  const encoded = basic.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const at = bytes.indexOf(colon);
  return at < 0 ? undefined : { user: bytes.subarray(0, at), password: bytes.subarray(at + 1) };
}

/** Writes an `Authorization: Basic` header. */
export function basicHeader(user: string, password: string | Buffer): string {
  return `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`;
}
