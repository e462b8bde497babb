import { describe, expect, it } from '@jest/globals';
import { contextOf, recordingPorts } from '../testing/ports.js';
import { notifyEvent } from './notify-event.js';
import { statusNotification } from './status-notification.js';

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

describe('the state of a connector', () => {
  const told = (more: object) => ({
    ...{ eventId: 1, timestamp: '2026-03-01T11:00:00Z', trigger: 'Delta', actualValue: 'Available' },
    ...{ eventNotificationType: 'PreconfiguredMonitor', variable: { name: 'AvailabilityState' } },
    component: { name: 'Connector', evse: { id: 2, connectorId: 1 } },
    ...more,
  });
  const statesIn = async (...eventData: object[]) => {
    const ports = recordingPorts();
    const request = { generatedAt: '2026-03-01T12:00:00Z', seqNo: 0, eventData };
    await notifyEvent(request as never, contextOf('2.1'), ports);
    const [first, ...rest] = ports.published;
    expect(first).toMatchObject({ type: 'component-events-received', data: { events: eventData } });
    return rest;
  };

  it('is that of a StatusNotification', async () => {
    const ports = recordingPorts();
    const said = {
      timestamp: '2026-03-01T11:00:00Z',
      connectorStatus: 'Available',
      evseId: 2,
      connectorId: 1,
    } as const;
    await statusNotification(said, contextOf('2.1'), ports);
    const [byStatus, byEvent] = [ports.published[0]!, (await statesIn(told({})))[0]!];
    expect(byEvent).toMatchObject({ type: byStatus.type, operatorId: byStatus.operatorId, time: byStatus.time });
    expect({ ...byEvent.data, digest: undefined }).toEqual({ ...byStatus.data, digest: undefined });
  });

  it('is told of each connector and moment in the order of the message, each a fact of its own', async () => {
    const states = await statesIn(
      told({ actualValue: 'Occupied' }),
      told({ timestamp: '2026-03-01T11:00:05Z', actualValue: 'available' }),
      told({ component: { name: 'CONNECTOR', evse: { id: 1, connectorId: 2 } }, actualValue: 'Faulted' }),
    );
    expect(states.map(({ data }) => data)).toMatchObject([
      { evseId: 2, connectorId: 1, status: 'Occupied', at: '2026-03-01T11:00:00.000Z' },
      { evseId: 2, connectorId: 1, status: 'Available', at: '2026-03-01T11:00:05.000Z' },
      { evseId: 1, connectorId: 2, status: 'Faulted' },
    ]);
    expect(new Set(states.map(({ id }) => id)).size).toBe(3);
  });

  it.each([
    ['of an EVSE', { component: { name: 'EVSE', evse: { id: 2 } } }],
    ['of the station', { component: { name: 'ChargingStation' } }],
    ['of no EVSE that is named', { component: { name: 'Connector' } }],
    ['in a word that is none', { actualValue: 'Charging' }],
    ['in another variable', { variable: { name: 'Problem' } }],
  ])('is not told %s', async (_, more) => {
    expect(await statesIn(told(more))).toEqual([]);
  });
});
