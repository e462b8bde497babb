import { describe } from '@jest/globals';
import type { TestDatabase } from '@chargemesh/persistence/testing';
import type { LogUnderTest } from './log-under-test.js';
import { Bench } from './transport-contract/bench.js';
import { broadcastContract } from './transport-contract/broadcast.js';
import { crashContract } from './transport-contract/crashes.js';
import { deliveryContract } from './transport-contract/delivery.js';
import { faultContract } from './transport-contract/faults.js';
import { followerContract } from './transport-contract/followers.js';
import { parkingContract } from './transport-contract/parking.js';
import { positionContract } from './transport-contract/positions.js';
import { relayContract } from './transport-contract/relay.js';
import { replayContract } from './transport-contract/replay.js';
import { requestContract } from './transport-contract/requests.js';
import { shutdownContract } from './transport-contract/shutdown.js';
import { tooLongContract } from './transport-contract/too-long.js';
import { waitingContract } from './transport-contract/waiting.js';

/** What every transport promises. Transports under test stop within a second. */
export function transportContract(open: (database: TestDatabase) => Promise<LogUnderTest>): void {
  const bench = new Bench(open);
  followerContract(bench);
  deliveryContract(bench);
  faultContract(bench);
  relayContract(bench);
  describe('a consumer', () => {
    parkingContract(bench);
    waitingContract(bench);
    tooLongContract(bench);
    replayContract(bench);
  });
  crashContract(bench);
  shutdownContract(bench);
  broadcastContract(bench);
  requestContract(bench);
  // Last: the alarm that it raises stays with the transport.
  positionContract(bench);
}
