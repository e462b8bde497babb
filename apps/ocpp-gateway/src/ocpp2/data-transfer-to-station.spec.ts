import { expect, it } from '@jest/globals';
import { dataTransferToStation } from './data-transfer-to-station.js';

it('a 2.x data transfer to a station carries any JSON value', () => {
  const command = { name: 'DataTransfer', vendorId: 'com.acme', data: { a: [1] } } as const;
  expect(dataTransferToStation.requests(command)).toEqual([{ vendorId: 'com.acme', data: { a: [1] } }]);
  expect(dataTransferToStation.outcome({ status: 'UnknownMessageId' }).status).toBe('rejected');
});
