import { expect, it } from '@jest/globals';
import { dataTransferToStation } from './data-transfer-to-station.js';

it('a 1.6 data transfer to a station carries text, and anything else as JSON', () => {
  const command = { name: 'DataTransfer', vendorId: 'com.acme', messageId: 'm' } as const;
  expect(dataTransferToStation.requests({ ...command, data: 'text' })).toEqual([
    { vendorId: 'com.acme', messageId: 'm', data: 'text' },
  ]);
  expect(dataTransferToStation.requests({ ...command, data: { a: 1 } })).toMatchObject([{ data: '{"a":1}' }]);
  expect(dataTransferToStation.outcome({ status: 'UnknownVendorId', data: 'no' })).toEqual({
    status: 'rejected',
    detail: 'UnknownVendorId: no',
  });
});
