import { describe, expect, it } from '@jest/globals';
import { NOW, contextOf, recordingPorts } from '../testing/ports.js';
import { statusNotification } from './status-notification.js';

async function published(request: object) {
  const ports = recordingPorts();
  expect(await statusNotification({ errorCode: 'NoError', ...request } as never, contextOf('1.6'), ports)).toEqual({});
  return ports.published[0]?.data;
}

describe('StatusNotification 1.6', () => {
  it('publishes connector N as connector 1 of EVSE N', async () => {
    expect(await published({ connectorId: 2, status: 'Available', timestamp: '2026-03-01T13:00:00+02:00' })).toEqual({
      stationId: 'CP-1',
      epoch: 7,
      receivedAt: NOW,
      messageId: 'm-1',
      digest: expect.any(String),
      evseId: 2,
      connectorId: 1,
      status: 'Available',
      detail: 'Available',
      at: '2026-03-01T11:00:00.000Z',
    });
  });

  it('publishes connector 0 as the station itself, at the time it came when it names none', async () => {
    expect(
      await published({
        connectorId: 0,
        status: 'Faulted',
        errorCode: 'GroundFailure',
        vendorErrorCode: 'E7',
        info: 'wet',
      }),
    ).toMatchObject({
      evseId: 0,
      connectorId: 0,
      status: 'Faulted',
      errorCode: 'GroundFailure',
      vendorErrorCode: 'E7',
      info: 'wet',
      at: NOW,
    });
  });

  it.each(['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing'])(
    'publishes %s as Occupied and keeps the finer word',
    async (status) => {
      expect(await published({ connectorId: 1, status })).toMatchObject({ status: 'Occupied', detail: status });
    },
  );
});
