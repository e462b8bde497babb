import { describe, expect, it } from '@jest/globals';
import { Outbox } from '../../outbox.js';
import { Relay } from '../../relay.js';
import { eventually, range, signal, silent } from '../ledger.js';
import type { Bench } from './bench.js';

/** What was written with a transaction, and only that, reaches the log. */
export function relayContract(bench: Bench): void {
  const { newLedger, running, start } = bench;

  describe('the relay of an outbox', () => {
    async function startRelay() {
      const relay = new Relay(bench.ledger.database, bench.log.transport, silent);
      relay.start();
      running.push(relay);
      return new Outbox('ledger', relay.wake);
    }

    it('sends what was committed and nothing that was rolled back', async () => {
      const { ledger, topic, posting } = await newLedger();
      const outbox = await startRelay();
      await start(ledger.consumer(topic));
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', 1), posting('a', 2)]));
      const failed = ledger.database.transaction([], async (tx) => {
        await outbox.add(tx, [posting('a', 3)]);
        throw new Error('changed its mind');
      });
      await expect(failed).rejects.toThrow('changed its mind');
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', 4)]));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2, 4]));
      await eventually(async () => expect(await bench.database.admin('SELECT * FROM ledger.outbox')).toEqual([]));
    });

    it('sends a row that commits after a younger one', async () => {
      const { ledger, topic, posting } = await newLedger();
      const outbox = await startRelay();
      await start(ledger.consumer(topic));
      const written = signal();
      const released = signal();
      const slow = ledger.database.transaction([], async (tx) => {
        await outbox.add(tx, [posting('slow', 1)]);
        written.happened();
        await released.promise;
      });
      await written.promise;
      await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('quick', 1)]));
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['quick/1']));
      released.happened();
      await slow;
      await eventually(async () => expect(await ledger.applied(topic)).toEqual(['quick/1', 'slow/1']));
    });

    it('is told of new rows by the relays of other processes, and by its own process without a notification', async () => {
      const { ledger, topic, posting } = await newLedger();
      const own = await startRelay();
      const activeRelays = `SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'
        AND application_name = 'ledger relay' AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await eventually(async () => expect(await bench.database.admin(activeRelays)).toHaveLength(1));
      const another = await startRelay();
      await start(ledger.consumer(topic));
      const session = await ledger.database.session('listener');
      const heard: string[] = [];
      session.onNotification((channel) => heard.push(channel));
      await session.query('LISTEN "ledger_outbox"');
      await ledger.database.transaction([], (tx) => own.add(tx, [posting('a', 1)]));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1]));
      await session.query('SELECT 1');
      expect(heard).toEqual([]);
      await ledger.database.transaction([], (tx) => another.add(tx, [posting('a', 2)]));
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual([1, 2]));
      await eventually(() => Promise.resolve(expect(heard).toEqual(['ledger_outbox'])));
      await session.close();
    });

    it('is one of several, and another goes on when its connection dies', async () => {
      const { ledger, topic, posting } = await newLedger();
      const outbox = await startRelay();
      await startRelay();
      await start(ledger.consumer(topic));
      for (const number of range(1, 5)) {
        await ledger.database.transaction([], (tx) => outbox.add(tx, [posting('a', number)]));
        await bench.database.admin(
          `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
           WHERE locktype = 'advisory' AND application_name = 'ledger relay' AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
      }
      await eventually(async () => expect(await ledger.numbers(topic, 'a')).toEqual(range(1, 5)));
    });
  });
}
