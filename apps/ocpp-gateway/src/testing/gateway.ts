import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '@chargemesh/persistence';
import { type Clock, SecretBox, SecretHasher, SystemClock, readSettings } from '@chargemesh/service';
import { gatewaySettings } from '../config.js';
import { clientAddress } from '../handshake/client-address.js';
import { type GatewayParts, compose } from '../composition-root.js';
import { MemoryProducer, answering, silent } from './fakes.js';

export const PASSWORD = 'a password of a station';
export const hasher = new SecretHasher('key');
export const secretBox = new SecretBox('tests', 'key');

/** The projection of the credentials has handled all that the log holds. */
const always = () => Promise.resolve(true);

/** One process of the gateway, on a real socket and a real database, with a log in memory. */
export async function startGateway(
  database: Database,
  environment: Record<string, string> = {},
  handled = always,
  clock: Clock = new SystemClock(),
) {
  const producer = new MemoryProducer();
  /** What sessions says of every token. */
  const token = { status: 'Accepted' };
  const parts = compose({
    database,
    producer,
    requests: { ...answering('Accepted'), ask: <Reply>() => Promise.resolve({ ...token } as Reply) },
    operators: { get: () => Promise.resolve(undefined) },
    hasher,
    secretBox,
    clock,
    logger: silent,
    processName: randomUUID(),
    handled,
    settings: readSettings(gatewaySettings, {
      // A busy machine may take long to make a fact durable.
      HOLD_MS: '60000',
      DRAIN_MS: '50',
      CREDENTIALS_WAIT_MS: '30',
      ...environment,
    }),
  });
  await parts.notifications.start();
  await parts.connections.reconcile();
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    // What a trusted proxy would say of the station's address.
    void parts.handshakes.handle(
      request,
      socket,
      head,
      clientAddress(request, () => true),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { parts, producer, token, server, port, url: `ws://127.0.0.1:${port}/ocpp` };
}

export async function stopGateway({ parts, server }: { parts: GatewayParts; server: Server }): Promise<void> {
  parts.handshakes.close();
  await parts.stations.drain(0);
  await parts.commands.settled();
  await parts.connections.leave();
  await parts.notifications.stop();
  server.close();
}
