import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

export const OPERATOR = '01900000-0000-7000-8000-000000000001';
export const PASSWORD = 'a password of a station';
/** Stations that the gateway knows. */
export const STATIONS = 4_000;

const CONNECTING_AT_ONCE = 50;
const CONNECTED_WITHIN_MS = 60_000;

export const stationIdOf = (index: number): string => `B-${index}`;

/** Connects the stations `from` to `to`, not itself included. */
export async function connect(url: string, version: string, from: number, to: number): Promise<WebSocket[]> {
  const until = performance.now() + CONNECTED_WITHIN_MS;
  const sockets: WebSocket[] = [];
  const next = async (): Promise<void> => {
    while (from < to) sockets.push(await connectOne(url, version, stationIdOf(from++), until));
  };
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, next));
  return sockets;
}

/** Tries again while the gateway does not know the station yet. */
async function connectOne(url: string, version: string, stationId: string, until: number): Promise<WebSocket> {
  const authorization = `Basic ${Buffer.from(`${stationId}:${PASSWORD}`).toString('base64')}`;
  for (;;) {
    const socket = new WebSocket(`${url}/ocpp/${stationId}`, [version], {
      headers: { authorization },
      perMessageDeflate: false,
    });
    try {
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return socket;
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(200);
    }
  }
}

export async function disconnect(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map((socket) => {
      socket.close();
      return new Promise((resolve) => socket.once('close', resolve));
    }),
  );
}

/**
 * Has every station send its next message as soon as the last one is answered, for so long.
 * @returns how long each took to be answered, in milliseconds
 */
export async function drive(
  sockets: readonly WebSocket[],
  frameOf: (messageId: string) => string,
  milliseconds: number,
): Promise<number[]> {
  const until = performance.now() + milliseconds;
  let driving = true;
  // The kernel charges the waking of a sleeping reader to the writer, so the slower server would pay more for the same.
  const stayAwake = (): unknown => driving && setImmediate(stayAwake);
  stayAwake();
  const took: number[] = [];
  const drives = sockets.map((socket) => driveOne(socket, frameOf, until, took));
  await Promise.all(drives).finally(() => (driving = false));
  return took;
}

let messages = 0;

function driveOne(
  socket: WebSocket,
  frameOf: (messageId: string) => string,
  until: number,
  took: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      socket.send(frameOf(`0b7d9a4e-6f1c-4a53-9d2e-${String(messages++).padStart(12, '0')}`));
    };
    const onClose = () => reject(new Error('a socket was closed'));
    const onMessage = (data: Buffer): void => {
      const now = performance.now();
      took.push(now - sentAt);
      const refused = !data.toString().startsWith('[3');
      if (!refused && now < until) return send();
      socket.off('message', onMessage).off('close', onClose);
      if (refused) reject(new Error(data.toString()));
      else resolve();
    };
    socket.on('message', onMessage).on('close', onClose);
    send();
  });
}
