import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { Telemetry } from '../telemetry.js';
import { signal, silent } from '../testing/ledger.js';
import { Renewable } from './renewable.js';
import { KafkaTransport } from './transport.js';

it('has given up every connection when it says that it cannot start, so that the next start makes new ones', async () => {
  const second = signal();
  const use = jest.spyOn(Renewable.prototype, 'use');
  use.mockRejectedValueOnce(new Error('not our certificate')).mockReturnValueOnce(second.promise);
  const transport = new KafkaTransport({
    brokers: ['nowhere:1'],
    clientId: 'us',
    logger: silent,
    telemetry: new Telemetry(),
  });
  let over = false;
  const started = transport.start().finally(() => {
    over = true;
  });
  started.catch(() => undefined);
  await turn();
  expect(over).toBe(false);
  second.happened();
  await expect(started).rejects.toThrow('not our certificate');
});
