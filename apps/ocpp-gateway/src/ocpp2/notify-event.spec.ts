import { expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { notifyEvent } from './notify-event.js';

it('what the monitors saw is published as it came', async () => {
  const ports = recordingPorts();
  const event = {
    eventId: 1,
    timestamp: '2026-03-01T12:00:00Z',
    trigger: 'Alerting',
    actualValue: 'true',
    eventNotificationType: 'HardWiredNotification',
    component: { name: 'EVSE' },
    variable: { name: 'Problem' },
  } as const;
  const request = { generatedAt: '2026-03-01T12:00:00Z', seqNo: 0, eventData: [event] };
  expect(await notifyEvent(request as never, contextOf('2.0.1'), ports)).toEqual({});
  expect(ports.published).toMatchObject([{ type: 'component-events-received', data: { events: [event] } }]);
});
