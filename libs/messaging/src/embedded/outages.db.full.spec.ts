import { describe } from '@jest/globals';
import { openEmbedded } from '../testing/embedded.js';
import { outageContract } from '../testing/outages.js';

describe('the embedded transport', () =>
  outageContract(openEmbedded, { 'its connections have gone silent': (log) => log.silence() }));
