import { expect, it } from '@jest/globals';
import { NOW, callOf, fits, recordingAbilities } from '../testing/abilities.js';
import { bootNotification } from './boot-notification.js';

it('a 2.x boot is told with its reason and answered with what the station is registered as', async () => {
  const abilities = recordingAbilities({ registration: 'Pending' });
  const chargingStation = { vendorName: 'Acme', model: 'Two', serialNumber: 'S2', firmwareVersion: '2.0' };
  const answer = await bootNotification({ reason: 'PowerUp', chargingStation }, callOf('2.0.1'), abilities);
  expect(answer).toEqual({ status: 'Pending', currentTime: NOW, interval: 300 });
  fits(['ocpp2.0.1', 'ocpp2.1'], 'BootNotification', answer);
  expect(abilities.told).toMatchObject([
    {
      type: 'station-booted',
      data: { reason: 'PowerUp', vendor: 'Acme', model: 'Two', serialNumber: 'S2', registration: 'Pending' },
    },
  ]);
});
