import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ManualClock, type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { random } from '@chargemesh/testing/random';
import { v7 as uuidv7 } from 'uuid';
import { Notifications } from '../notifications/notifications.js';
import { definition } from '../testing/definition.js';
import { MemoryProducer, until } from '../testing/fakes.js';
import { OPERATOR } from '../testing/ports.js';
import { Connections } from './connections.service.js';
import { ConnectionsStore } from './connections.store.js';
import { GatewayProcessesStore } from './gateway-processes.store.js';
import { Presence } from './presence.js';
import { type LocalConnection, Registry } from './registry.js';

const LEASE_MS = 30_000;
const RENEWAL_S = 10;

interface Process {
  connections: Connections;
  registry: Registry<LocalConnection>;
  producer: MemoryProducer;
  notifications: Notifications;
  processId: string;
  presence: Presence;
  connect(stationId: string): Promise<LocalConnection & { drop: ReturnType<typeof jest.fn> }>;
}

describe('who holds a socket', () => {
  let test: TestDatabase;
  const started: Process[] = [];
  let elapsedMs = 0;

  async function startProcess(): Promise<Process> {
    const registry = new Registry<LocalConnection>();
    const notifications = new Notifications(test.database, () => undefined);
    const producer = new MemoryProducer();
    const gatewayProcess = { processId: uuidv7(), name: 'a process' };
    const clock = new ManualClock('2026-03-01T12:00:00Z');
    const presence = new Presence({ producer, clock, gatewayProcess, leaseMs: LEASE_MS, elapsed: () => elapsedMs });
    const connections = new Connections({
      database: test.database,
      connections: new ConnectionsStore(),
      processes: new GatewayProcessesStore(),
      registry,
      notifications,
      presence,
      producer,
      clock,
      gatewayProcess,
      leaseMs: LEASE_MS,
    });
    await notifications.start();
    await connections.reconcile();
    const connect = async (stationId: string) => {
      const epoch = await connections.take({ stationId, operatorId: OPERATOR });
      const connection = { stationId, operatorId: OPERATOR, epoch, drop: jest.fn() };
      registry.add(connection);
      return connection;
    };
    const process = {
      connections,
      registry,
      producer,
      notifications,
      processId: gatewayProcess.processId,
      presence,
      connect,
    };
    started.push(process);
    announcePresence([process]);
    return process;
  }

  /** The log carries what these processes say to all of them. */
  function announcePresence(speaking: readonly Process[]): void {
    for (const { presence } of started) for (const { processId } of speaking) presence.hear(processId);
  }

  /** Time goes by and nobody reaches the database: for its clock it is the past that moves away. */
  async function outage(milliseconds: number): Promise<void> {
    elapsedMs += milliseconds;
    await test.database.transaction([], (tx) =>
      tx.query(
        `UPDATE pods SET lease_until = lease_until - $1 * interval '1 millisecond',
           held_since = held_since - $1 * interval '1 millisecond'`,
        [milliseconds],
      ),
    );
  }

  /** Time goes by, in which these processes renew their leases, and others only reach the log. */
  async function pass(
    milliseconds: number,
    renewing: readonly Process[],
    cutOff: readonly Process[] = [],
  ): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += RENEWAL_S * 1_000) {
      await outage(RENEWAL_S * 1_000);
      for (const { connections } of renewing) await connections.reconcile();
      announcePresence([...renewing, ...cutOff]);
    }
  }

  const reapedBy = (by: readonly Process[]): unknown[] =>
    by.flatMap(({ producer }) => producer.of('station-disconnected')).map(({ stationId }) => stationId);

  beforeAll(async () => {
    test = await openTestDatabase(definition);
  });
  beforeEach(async () => {
    await Promise.all(started.splice(0).map(({ notifications }) => notifications.stop()));
    await test.database.transaction([], (tx) => tx.query('DELETE FROM connections'));
    await test.database.transaction([], (tx) => tx.query('DELETE FROM pods'));
  });
  afterAll(async () => {
    await Promise.all(started.splice(0).map(({ notifications }) => notifications.stop()));
    await test.drop();
  });

  it('gives a station a higher epoch with every connection, also to a thousand that come together', async () => {
    const { connections } = await startProcess();
    const epochs = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => connections.take({ stationId: `S-${n % 250}`, operatorId: OPERATOR })),
    );
    expect(new Set(epochs)).toEqual(new Set([1, 2, 3, 4]));
    expect(epochs.filter((epoch) => epoch === 4)).toHaveLength(250);
  });

  it('makes another process let go of a station that comes to this one', async () => {
    const [old, young] = [await startProcess(), await startProcess()];
    const held = await old.connect('CP-1');
    await young.connect('CP-1');
    await until(() => held.drop.mock.calls.length > 0);
    expect(held.drop).toHaveBeenCalledWith('superseded');
  });

  it('lets the older socket go on the same process and keeps the newer when the older one ends late', async () => {
    const { connect, registry, connections } = await startProcess();
    const older = await connect('CP-1');
    const newer = await connect('CP-1');
    expect(older.drop).toHaveBeenCalledWith('superseded');
    registry.remove(older);
    await connections.over(older, 'late');
    expect(registry.of('CP-1')).toBe(newer);
    await connections.reconcile();
    expect(newer.drop).not.toHaveBeenCalled();
  });

  it('finds by the schema what an announcement that was missed would have told', async () => {
    const [old, young] = [await startProcess(), await startProcess()];
    await old.notifications.stop();
    const held = await old.connect('CP-1');
    const other = await old.connect('CP-2');
    await young.connect('CP-1');
    await old.connections.reconcile();
    expect(held.drop).toHaveBeenCalledWith('superseded');
    expect(other.drop).not.toHaveBeenCalled();
  });

  it('publishes for a dead process that its stations are gone, and nothing for a living one', async () => {
    const [dying, survivor] = [await startProcess(), await startProcess()];
    const { epoch } = await dying.connect('CP-1');
    await survivor.connect('CP-2');
    await pass(LEASE_MS, [survivor]);
    await survivor.connections.reapDead();
    expect(survivor.producer.of('station-disconnected')).toMatchObject([{ stationId: 'CP-1', epoch }]);
    await survivor.connections.reapDead();
    expect(survivor.producer.sent).toHaveLength(1);
    const leases = await test.database.transaction([], (tx) => tx.query('SELECT FROM pods'));
    expect(leases).toHaveLength(1);
  });

  it('publishes at once for a process that gave its lease back', async () => {
    const [leaving, survivor] = [await startProcess(), await startProcess()];
    await leaving.connect('CP-1');
    await leaving.connections.leave();
    await survivor.connections.reapDead();
    expect(survivor.producer.of('station-disconnected')).toMatchObject([{ stationId: 'CP-1' }]);
  });

  it("publishes nobody's end after an outage longer than the lease but that of who stays away", async () => {
    const living = [await startProcess(), await startProcess(), await startProcess()];
    const dead = await startProcess();
    for (const [index, each] of [...living, dead].entries()) await each.connect(`CP-${index}`);
    await outage(LEASE_MS * 3);
    announcePresence(living);
    for (const each of living) {
      await each.connections.reapDead();
      await each.connections.reconcile();
      await each.connections.reapDead();
    }
    expect(reapedBy(living)).toEqual([]);
    await pass(LEASE_MS, living);
    for (const each of living) await each.connections.reapDead();
    expect(reapedBy(living)).toEqual(['CP-3']);
    for (const { registry } of living) for (const { drop } of registry.all()) expect(drop).not.toHaveBeenCalled();
  });

  it('publishes nobody’s end when one process was cut off, neither its own nor the others’', async () => {
    const [other, cutOff] = [await startProcess(), await startProcess()];
    await other.connect('CP-1');
    const own = await cutOff.connect('CP-2');
    await pass(LEASE_MS * 2, [other]);
    await cutOff.connections.reapDead();
    await cutOff.connections.reconcile();
    await cutOff.connections.reapDead();
    expect(reapedBy([other, cutOff])).toEqual([]);
    expect(own.drop).not.toHaveBeenCalled();
  });

  it('keeps the stations of a process that only the database does not hear, and publishes their end when nobody does', async () => {
    const [other, cutOff] = [await startProcess(), await startProcess()];
    const own = await cutOff.connect('CP-2');
    await pass(LEASE_MS * 3, [other], [cutOff]);
    await other.connections.reapDead();
    expect(reapedBy([other])).toEqual([]);
    // When it is back, its sockets are still its own.
    await cutOff.connections.reconcile();
    expect(own.drop).not.toHaveBeenCalled();
    await pass(LEASE_MS * 2, [other], [cutOff]);
    await pass(LEASE_MS, [other]);
    await other.connections.reapDead();
    expect(reapedBy([other])).toEqual(['CP-2']);
  });

  it('publishes nobody’s end while it does not hear itself through the log', async () => {
    const [deaf, dead] = [await startProcess(), await startProcess()];
    await dead.connect('CP-1');
    await pass(LEASE_MS * 2, [deaf]);
    await outage(LEASE_MS / 3);
    await deaf.connections.reconcile();
    started.splice(started.indexOf(deaf), 1);
    await pass(LEASE_MS * 2, [deaf]);
    await deaf.connections.reapDead();
    expect(reapedBy([deaf])).toEqual([]);
    started.push(deaf);
    await pass(LEASE_MS + RENEWAL_S * 1_000, [deaf]);
    await deaf.connections.reapDead();
    expect(reapedBy([deaf])).toEqual(['CP-1']);
  });

  it('gives who takes a station right after an outage its lease first', async () => {
    const [steady, back] = [await startProcess(), await startProcess()];
    await pass(LEASE_MS * 2, [steady]);
    await steady.connections.reapDead();
    await back.connect('CP-1');
    await steady.connections.reapDead();
    expect(reapedBy([steady])).toEqual([]);
  });

  it.each(Array.from({ length: 6 }, (_, seed) => seed + 1))(
    'publishes the ends of dead processes only, whatever outages there were (seed %i)',
    async (seed) => {
      const next = random(seed);
      const processes = await Promise.all(Array.from({ length: 4 }, () => startProcess()));
      for (const [index, each] of processes.entries()) await each.connect(`CP-${index}`);
      const dead = processes[0] as Process;
      const living = processes.slice(1);
      const phases = living.map(() => Math.floor(next() * RENEWAL_S));
      let away = 0;
      for (let second = 0; second < 400; second += 1) {
        if (away === 0 && second < 250 && next() < 0.02) away = Math.floor(next() * 80);
        away = Math.max(0, away - 1);
        await outage(1_000);
        if (second % RENEWAL_S === 0) announcePresence(living);
        if (away > 0) continue;
        for (const [index, { connections }] of living.entries()) {
          if (second % RENEWAL_S !== phases[index]) continue;
          if (next() < 0.5) await connections.reapDead();
          await connections.reconcile();
          await connections.reapDead();
        }
      }
      expect(reapedBy(processes)).toEqual(['CP-0']);
      expect(dead.producer.sent).toEqual([]);
    },
  );

  it('publishes later that a connection is over when the log was away, and only then closes it in the schema', async () => {
    const { connect, connections, registry, producer } = await startProcess();
    const connection = await connect('CP-1');
    registry.remove(connection);
    producer.failure = new Error('away');
    await expect(connections.over(connection, 'closed')).rejects.toThrow('away');
    producer.failure = undefined;
    await connections.reconcile();
    expect(producer.of('station-disconnected')).toMatchObject([{ stationId: 'CP-1', epoch: connection.epoch }]);
    await connections.reconcile();
    expect(producer.sent).toHaveLength(1);
  });

  it('does not take a station whose handshake is under way for one that is gone', async () => {
    const { connections, registry, producer } = await startProcess();
    const arrived = registry.arrive('CP-1');
    await connections.take({ stationId: 'CP-1', operatorId: OPERATOR });
    await connections.reconcile();
    expect(producer.sent).toEqual([]);
    arrived();
  });
});
