import { expect, it } from '@jest/globals';
import { callOf, recordingAbilities } from '../testing/abilities.js';
import { dataTransfer } from './data-transfer.js';

it('a 2.x data transfer is told with whatever it carries, and its vendor is not known', async () => {
  const abilities = recordingAbilities();
  const answer = await dataTransfer({ vendorId: 'com.acme', data: { deep: [1] } as never }, callOf('2.1'), abilities);
  expect(answer).toEqual({ status: 'UnknownVendorId' });
  expect(abilities.told).toMatchObject([
    { type: 'data-transfer-received', data: { vendorId: 'com.acme', payload: { deep: [1] } } },
  ]);
});
