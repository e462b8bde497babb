import { describe, expect, it } from '@jest/globals';
import { NOW, contextOf, recordingPorts } from '../testing/ports.js';
import { bootNotification } from './boot-notification.js';

const boot = {
  chargePointVendor: 'Acme',
  chargePointModel: 'One',
  chargeBoxSerialNumber: 'S1',
  firmwareVersion: '1.2',
};

describe('BootNotification 1.6', () => {
  it('publishes who booted and what it was answered', async () => {
    const ports = recordingPorts();
    expect(await bootNotification(boot, contextOf('1.6'), ports)).toEqual({
      status: 'Accepted',
      currentTime: NOW,
      interval: 300,
    });
    expect(ports.published).toMatchObject([
      {
        type: 'station-booted',
        key: 'CP-1',
        operatorId: contextOf('1.6').operatorId,
        traceparent: contextOf('1.6').traceparent,
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
    const answer = await bootNotification(boot, contextOf('1.6'), recordingPorts({ registration: 'Pending' }));
    expect(answer.status).toBe('Pending');
  });
});
