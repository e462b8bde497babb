import { describe } from '@jest/globals';
import { pause } from '../testing/ledger.js';
import { openKafka } from '../testing/kafka.js';
import { outageContract } from '../testing/outages.js';

describe('the Kafka transport', () =>
  outageContract(openKafka, {
    'its connections have gone silent': (log) => log.silence(),
    'a broker that stood still for 40 s': async ({ broker }) => {
      process.kill(broker.pid, 'SIGSTOP');
      await pause(40_000);
      process.kill(broker.pid, 'SIGCONT');
    },
    'new connections were silent too, for 40 s': async (log) => {
      log.proxy.silent = true;
      log.silence();
      await pause(40_000);
      log.proxy.silent = false;
    },
  }));
