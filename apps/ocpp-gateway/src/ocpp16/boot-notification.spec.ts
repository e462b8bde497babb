import { describe, expect, it } from '@jest/globals';
import { NOW, callOf, recordingAbilities } from '../testing/abilities.js';
import { bootNotification } from './boot-notification.js';

const boot = {
  chargePointVendor: 'Acme',
  chargePointModel: 'One',
  chargeBoxSerialNumber: 'S1',
  firmwareVersion: '1.2',
};

describe('BootNotification 1.6', () => {
  it('tells who booted and what it was answered', async () => {
    const abilities = recordingAbilities();
    expect(await bootNotification(boot, callOf('1.6'), abilities)).toEqual({
      status: 'Accepted',
      currentTime: NOW,
      interval: 300,
    });
    expect(abilities.told).toMatchObject([
      {
        type: 'station-booted',
        key: 'CP-1',
        operatorId: callOf('1.6').operatorId,
        traceparent: callOf('1.6').traceparent,
        data: {
          epoch: 7,
          messageId: 'm-1',
          vendor: 'Acme',
          model: 'One',
          serialNumber: 'S1',
          firmwareVersion: '1.2',
          registration: 'Accepted',
        },
      },
    ]);
  });

  it('answers Pending to a station that is not released', async () => {
    const answer = await bootNotification(boot, callOf('1.6'), recordingAbilities({ registration: 'Pending' }));
    expect(answer.status).toBe('Pending');
  });
});
