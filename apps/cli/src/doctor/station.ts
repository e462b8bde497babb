import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionRefused, OcppError, type RpcPeer, connectStation, rpcLimits } from '@chargemesh/ocpp';
import type { EdgeOptions } from './edge-options.js';
import { type Finding, fine, problem, warning } from './finding.js';

/** A station that nobody has; whoever asks for a password has understood the handshake. */
const NOBODY = 'chargemesh-doctor';
const VERSION = 'ocpp1.6';

/** Connects as a station: does the upgrade come through, and does the connection stay when nothing is said? */
export async function checkStation(options: EdgeOptions): Promise<Finding[]> {
  const { stationId = NOBODY, password } = options;
  try {
    const peer = await connectStation({
      url: options.url.href,
      stationId,
      ...(password === undefined ? {} : { password }),
      version: VERSION,
      // Nothing of ours keeps the connection busy.
      limits: { ...rpcLimits, pingIntervalMs: 0 },
      answer: () => Promise.reject(new OcppError('NotSupported', 'a check of the connection')),
    });
    return [fine('WebSocket', `Station ${stationId} is connected.`), await stays(peer, options.idleS)];
  } catch (error) {
    if (!(error instanceof ConnectionRefused)) throw error;
    return [refusal(error, stationId, password !== undefined)];
  }
}

function refusal({ status, message }: ConnectionRefused, stationId: string, withPassword: boolean): Finding {
  if (status === 401 && !withPassword)
    return fine(
      'WebSocket',
      'The upgrade comes through: a password is asked for. With --station the connection is watched.',
    );
  if (status === 401)
    return problem(
      'WebSocket',
      `The password of ${stationId} is not taken.`,
      'Give a station that is there, and its password.',
    );
  if (status === 404)
    return problem(
      'WebSocket',
      'There is nothing at this path.',
      'The URL ends with /ocpp, without a station; does the proxy keep paths?',
    );
  if (status === 502 || status === 503 || status === 504)
    return problem(
      'WebSocket',
      `The proxy has no gateway behind it (HTTP ${status}).`,
      'Is ocpp-gateway ready (/health/ready)?',
    );
  if (status > 0)
    return problem(
      'WebSocket',
      `The upgrade is not taken (HTTP ${status}).`,
      'A proxy in between must pass on Upgrade, Connection, Authorization and Sec-WebSocket-Protocol, by HTTP/1.1.',
    );
  return problem('WebSocket', `There is no connection: ${message}.`, 'Look at host and port, and at firewalls.');
}

async function stays(peer: RpcPeer<typeof VERSION>, idleS: number): Promise<Finding> {
  const began = performance.now();
  const over = new AbortController();
  const closing = await Promise.race([peer.closed, sleep(idleS * 1_000, undefined, { signal: over.signal })]);
  over.abort();
  const afterS = Math.round((performance.now() - began) / 1_000);
  if (!closing) {
    await peer.close();
    return fine('idle connection', `It stayed open for ${afterS} s in which the station said nothing.`);
  }
  if (closing.code === 1006)
    return problem(
      'idle connection',
      `It was cut after ${afterS} s without a word: something between cuts what is idle.`,
      'Raise its idle time-out well above PING_INTERVAL_MS of ocpp-gateway, or lower that below it.',
    );
  return warning(
    'idle connection',
    `The platform closed it after ${afterS} s: ${closing.code} ${closing.reason}`,
    'Did the station itself connect meanwhile? Take one that is for tests only.',
  );
}
