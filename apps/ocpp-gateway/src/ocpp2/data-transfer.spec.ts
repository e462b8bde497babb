import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { dataTransfer } from './data-transfer.js';

it('a 2.x data transfer is published with whatever it carries, and its vendor is not known', async () => {
  const ports = recordingPorts();
  const answer = await dataTransfer({ vendorId: 'com.acme', data: { deep: [1] } as never }, contextOf('2.1'), ports);
  expect(answer).toEqual({ status: 'UnknownVendorId' });
  expect(ports.published).toMatchObject([
    { type: 'data-transfer-received', data: { vendorId: 'com.acme', payload: { deep: [1] } } },
  ]);
});
