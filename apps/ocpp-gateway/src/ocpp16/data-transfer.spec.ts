import { expect, it } from '@jest/globals';
import { callOf, recordingAbilities } from '../testing/abilities.js';
import { dataTransfer } from './data-transfer.js';

it('a 1.6 data transfer is told, and its vendor is not known', async () => {
  const abilities = recordingAbilities();
  expect(await dataTransfer({ vendorId: 'com.acme', messageId: 'x', data: 'y' }, callOf('1.6'), abilities)).toEqual({
    status: 'UnknownVendorId',
  });
  expect(abilities.told).toMatchObject([
    { type: 'data-transfer-received', data: { vendorId: 'com.acme', vendorMessageId: 'x', payload: 'y' } },
  ]);
});
