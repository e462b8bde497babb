import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { dataTransfer } from './data-transfer.js';

it('a 1.6 data transfer is published, and its vendor is not known', async () => {
  const ports = recordingPorts();
  expect(await dataTransfer({ vendorId: 'com.acme', messageId: 'x', data: 'y' }, contextOf('1.6'), ports)).toEqual({
    status: 'UnknownVendorId',
  });
  expect(ports.published).toMatchObject([
    { type: 'data-transfer-received', data: { vendorId: 'com.acme', vendorMessageId: 'x', payload: 'y' } },
  ]);
});
