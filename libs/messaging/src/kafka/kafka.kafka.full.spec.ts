import { describe } from '@jest/globals';
import { openKafka } from '../testing/kafka.js';
import { transportContract } from '../testing/transport-contract.js';

describe('the Kafka transport', () => transportContract(openKafka));
