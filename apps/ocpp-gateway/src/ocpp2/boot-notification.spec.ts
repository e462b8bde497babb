import { expect, it } from '@jest/globals';
import { NOW, contextOf, fits, recordingPorts } from '../testing/ports.js';
import { bootNotification } from './boot-notification.js';

it('a 2.x boot is published with its reason and answered with what the station is registered as', async () => {
  const ports = recordingPorts({ registration: 'Pending' });
  const chargingStation = { vendorName: 'Acme', model: 'Two', serialNumber: 'S2', firmwareVersion: '2.0' };
  const answer = await bootNotification({ reason: 'PowerUp', chargingStation }, contextOf('2.0.1'), ports);
  expect(answer).toEqual({ status: 'Pending', currentTime: NOW, interval: 300 });
  fits(['ocpp2.0.1', 'ocpp2.1'], 'BootNotification', answer);
  expect(ports.published).toMatchObject([
    {
      type: 'station-booted',
      data: { reason: 'PowerUp', vendor: 'Acme', model: 'Two', serialNumber: 'S2', registration: 'Pending' },
    },
  ]);
});
