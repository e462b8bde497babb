import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { statusNotification } from './status-notification.js';

it('a 2.x status is published as it is', async () => {
  const ports = recordingPorts();
  const request = {
    timestamp: '2026-03-01T11:00:00Z',
    connectorStatus: 'Occupied',
    evseId: 2,
    connectorId: 3,
  } as const;
  expect(await statusNotification(request, contextOf('2.0.1'), ports)).toEqual({});
  expect(ports.published).toMatchObject([
    {
      type: 'connector-status-changed',
      data: { evseId: 2, connectorId: 3, status: 'Occupied', at: '2026-03-01T11:00:00.000Z' },
    },
  ]);
});
