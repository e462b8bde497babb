import { describe, expect, it } from '@jest/globals';
import {
  ConnectorStatusChanged,
  type DataOf,
  ReportDataReceived,
  StationBooted,
  StationConnected,
  StationDisconnected,
  newEvent,
} from '@chargemesh/contracts';
import type { Station } from '../stations/station.entity.js';
import { type Observation, decide, reported, usedCredentials } from './observations.decide.js';

const OPERATOR = '0190a000-0000-7000-8000-000000000001';
const RECEIVED = '2026-03-01T12:00:00.000Z';
const about = { operatorId: OPERATOR, time: RECEIVED };
const on = (epoch: number) => ({ stationId: 'CS-1', epoch, receivedAt: RECEIVED });

const connected = (epoch: number, more: Partial<DataOf<typeof StationConnected>> = {}) =>
  newEvent(StationConnected, { ...about, data: { ...on(epoch), ocppVersion: '2.0.1', ...more } });
const disconnected = (epoch: number) =>
  newEvent(StationDisconnected, { ...about, data: { ...on(epoch), reason: 'closed' } });
const booted = (epoch: number, firmwareVersion?: string) =>
  newEvent(StationBooted, {
    ...about,
    data: {
      ...on(epoch),
      messageId: `boot-${firmwareVersion}`,
      reason: 'PowerUp',
      vendor: 'V',
      model: 'M',
      firmwareVersion,
      registration: 'Accepted',
    },
  });
const status = (to: 'Available' | 'Occupied' | 'Faulted', at: string, { evseId = 1, connectorId = 1 } = {}) =>
  newEvent(ConnectorStatusChanged, {
    ...about,
    data: { ...on(1), messageId: `${to}${at}`, evseId, connectorId, status: to, at },
  });
const report = (...variables: DataOf<typeof ReportDataReceived>['variables']) =>
  newEvent(ReportDataReceived, {
    ...about,
    data: { ...on(1), messageId: 'report', requestId: 1, part: 0, last: true, variables },
  });

const cable = {
  standard: 'IEC_62196_T2',
  format: 'CABLE',
  powerType: 'DC',
  maxVoltage: 400,
  maxAmperage: 200,
} as const;
const station: Station = {
  stationId: 'CS-1',
  operatorId: OPERATOR,
  version: 3,
  deleted: false,
  locationId: null,
  released: true,
  securityProfile: 1,
  heartbeatIntervalS: 300,
  connected: false,
  epoch: 0,
  ocppVersion: null,
  vendor: null,
  model: null,
  serialNumber: null,
  firmwareVersion: null,
  status: null,
  statusAt: null,
  evses: [
    {
      evseId: 1,
      evseUid: 'A',
      connectors: [
        { connectorId: 1, ...cable },
        { connectorId: 2, ...cable },
      ],
    },
  ],
};

const after = (...observations: Observation[]) => decide([station], observations)[0]?.station;
const statusOf = (changed: Station | undefined, connector = 0) => changed?.evses[0]?.connectors[connector]?.status;

describe('what stations say', () => {
  it('makes one version of a batch, and names the last cause', () => {
    const [changed] = decide([station], [connected(1), booted(1, '1.0')]);
    expect(changed?.station).toMatchObject({
      version: 4,
      connected: true,
      ocppVersion: '2.0.1',
      firmwareVersion: '1.0',
    });
    expect(changed?.cause.type).toBe('station-booted');
  });

  it.each<[string, Observation[], { connected: boolean; epoch: number } | undefined]>([
    ['connects', [connected(1)], { connected: true, epoch: 1 }],
    ['disconnects', [connected(1), disconnected(1)], { connected: false, epoch: 1 }],
    ['ignores the end of an older connection', [connected(2), disconnected(1)], { connected: true, epoch: 2 }],
    ['ignores a beginning told after its end', [disconnected(1), connected(1)], { connected: false, epoch: 1 }],
    ['ignores an older beginning', [connected(3), disconnected(3), connected(2)], { connected: false, epoch: 3 }],
    ['takes over by a newer connection', [connected(1), connected(2)], { connected: true, epoch: 2 }],
    ['changes nothing by an unheard end of nothing', [], undefined],
  ])('%s', (_, observations, expected) => {
    const changed = after(...observations);
    expect(changed && { connected: changed.connected, epoch: changed.epoch }).toEqual(expected);
  });

  it('takes the same beginning twice for one', () => {
    const [once] = decide([station], [connected(1)]);
    expect(decide([once!.station], [connected(1)])).toEqual([]);
  });

  it('passes over a boot of an older connection and one that says nothing new', () => {
    expect(after(connected(2), booted(1, 'old'))?.firmwareVersion).toBeNull();
    const [first] = decide([station], [booted(1, '1.0')]);
    expect(decide([first!.station], [booted(1, '1.0')])).toEqual([]);
  });

  it('forgets a serial number that the boot after an exchange does not name', () => {
    const known = { ...station, vendor: 'V', model: 'M', serialNumber: 'OLD', firmwareVersion: '1.0' };
    expect(decide([known], [booted(1, '1.0')])[0]?.station.serialNumber).toBeNull();
  });

  it('knows nothing of a deleted or unknown station', () => {
    expect(decide([{ ...station, deleted: true }], [connected(1)])).toEqual([]);
    expect(decide([], [connected(1)])).toEqual([]);
  });
});

describe('a connector status', () => {
  const [t1, t2] = ['2026-03-01T11:00:00.000Z', '2026-03-01T11:30:00.000Z'];

  it('is that of its connector only', () => {
    const changed = after(status('Faulted', t1, { connectorId: 2 }));
    expect([statusOf(changed, 0), statusOf(changed, 1)]).toEqual([undefined, 'Faulted']);
  });

  it('never goes backwards in time', () => {
    expect(statusOf(after(status('Occupied', t2), status('Available', t1)))).toBe('Occupied');
    expect(statusOf(after(status('Available', t1), status('Occupied', t2)))).toBe('Occupied');
  });

  it('is the one told last of two of the same second', () => {
    expect(statusOf(after(status('Available', t1), status('Occupied', t1)))).toBe('Occupied');
  });

  it.each([
    ['ahead', '2038-01-01T00:00:00.000Z'],
    ['in 1970', '1970-01-01T00:01:00.000Z'],
  ])('counts from its receipt when the station clock is %s', (_, at) => {
    const changed = after(status('Occupied', t2), status('Available', at));
    expect(changed?.evses[0]?.connectors[0]).toMatchObject({ status: 'Available', statusAt: RECEIVED });
  });

  it('of EVSE 0 is the station itself', () => {
    expect(after(status('Faulted', t1, { evseId: 0, connectorId: 0 }))).toMatchObject({
      status: 'Faulted',
      statusAt: new Date(t1),
    });
  });

  it('of a connector that is not there changes nothing', () => {
    expect(after(status('Faulted', t1, { evseId: 5 }))).toBeUndefined();
  });
});

describe('a report', () => {
  it('keeps the last value of each variable and tells instances apart', () => {
    const rows = reported(
      [station],
      [
        report({ component: 'Connector', evseId: 1, variable: 'Available', value: 'false' }),
        report(
          { component: 'Connector', evseId: 1, variable: 'Available', value: 'true' },
          { component: 'Connector', evseId: 1, instance: '2', variable: 'Available', value: 'no' },
        ),
      ],
    );
    expect(rows.map(({ instance, value }) => [instance, value])).toEqual([
      ['', 'true'],
      ['2', 'no'],
    ]);
    expect(rows[0]).toMatchObject({ operatorId: OPERATOR, reportedAt: new Date(RECEIVED) });
  });

  it('of an unknown station is dropped', () => {
    expect(reported([], [report({ component: 'C', variable: 'V' })])).toEqual([]);
  });
});

describe('a password that was used', () => {
  it('is named when it is the current one', () => {
    const current = connected(1, { credential: { version: 4, previous: false } });
    const previous = connected(2, { credential: { version: 4, previous: true } });
    expect(usedCredentials([current, previous, connected(3)])).toEqual([{ stationId: 'CS-1', version: 4 }]);
  });
});
