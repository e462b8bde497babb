import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CommandResult,
  ConnectorStatusChanged,
  type DataOf,
  type Event,
  ReportDataReceived,
  type StationCommand,
  type StationCredentialState,
  type StationState,
  StationBooted,
  StationConnected,
  StationDisconnected,
  type Topic,
  apiKeys,
  locations,
  newEvent,
  operators,
  stationCommands,
  stationCredentials,
  stations,
} from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { SecretHasher } from '@chargemesh/service';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { deviceManagementService } from './index.js';
import type { CommandView } from './commands/commands.schema.js';
import type { LocationView } from './locations/locations.schema.js';
import type { ApiKeyView, OperatorView } from './operators/operators.schema.js';
import type { StationBody, StationView, VariableView } from './stations/stations.schema.js';

const API = '/api/device-management/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const LOCATION = '01900000-0000-7000-8000-0000000000a1';

interface Problem {
  detail?: string;
  code: string;
}
interface List<T> {
  items: T[];
  nextCursor: string | null;
}

const place = {
  name: 'Depot',
  address: 'Street 1',
  city: 'Berlin',
  country: 'DEU',
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
  timeZone: 'Europe/Berlin',
};
const cable = { standard: 'IEC_62196_T2', format: 'CABLE', powerType: 'AC_3_PHASE', maxVoltage: 230, maxAmperage: 32 };
const station = (more: Partial<StationBody> = {}) => ({
  locationId: LOCATION,
  evses: [1, 2].map((evseId) => ({ evseId, connectors: [{ connectorId: 1, ...cable }] })),
  ...more,
});

let platform: TestServices;
let ours: string;
let theirs: string;

const operatorBody = (partyId: string) => ({
  name: `Operator ${partyId}`,
  countryCode: 'DE',
  partyId,
  currency: 'EUR',
});

/** Creates an operator and its first API key as the installation's administrator, and waits until the key opens. */
async function operatorWithKey(operatorId: string, partyId: string): Promise<string> {
  const created = await platform.ask(
    INSTALLATION_API_KEY,
    'PUT',
    `${API}/operators/${operatorId}`,
    operatorBody(partyId),
  );
  expect(created.status).toBe(200);
  const { body } = await platform.ask<ApiKeyView>(
    INSTALLATION_API_KEY,
    'POST',
    `${API}/operators/${operatorId}/api-keys`,
    { name: 'first', role: 'admin' },
  );
  const key = body.apiKey ?? '';
  await eventually(async () => expect((await platform.ask(key, 'GET', `${API}/stations`)).status).toBe(200));
  return key;
}

async function lastTold<Data>(topic: Topic, about: Partial<Data>): Promise<Data> {
  const events = (await platform.told(topic)) as unknown as Event<string, Data>[];
  expect(events).toContainEqual(expect.objectContaining({ data: expect.objectContaining(about) }));
  const fitting = events.filter(({ data }) =>
    Object.entries(about).every(([name, value]) => data[name as keyof Data] === value),
  );
  return fitting.at(-1)!.data;
}

const credentialOf = (stationId: string) =>
  lastTold<DataOf<typeof StationCredentialState>>(stationCredentials, { stationId });

beforeAll(async () => {
  platform = await startTestServices([deviceManagementService]);
  ours = await operatorWithKey(OURS, 'ABC');
  theirs = await operatorWithKey(THEIRS, 'XYZ');
  expect((await platform.ask(ours, 'PUT', `${API}/locations/${LOCATION}`, place)).status).toBe(200);
});

afterAll(() => platform.stop());

describe('operators', () => {
  it('are told to all services', async () => {
    await eventually(() =>
      lastTold(operators, { operatorId: OURS, partyId: 'ABC', authorizationDefault: 'Invalid', version: 1 }),
    );
  });

  it('are created by the installation only', async () => {
    const { status } = await platform.ask(ours, 'PUT', `${API}/operators/${OURS}`, operatorBody('ABC'));
    expect(status).toBe(403);
  });

  it.each([{ countryCode: 'XX' }, { currency: 'XYZ' }])('are refused with %j', async (more) => {
    const fourth = '01900000-0000-7000-8000-000000000004';
    const body = { ...operatorBody('FOU'), ...more };
    const { status } = await platform.ask(INSTALLATION_API_KEY, 'PUT', `${API}/operators/${fourth}`, body);
    expect(status).toBe(400);
  });

  it('cannot share an OCPI party', async () => {
    const third = '01900000-0000-7000-8000-000000000003';
    const { status, body } = await platform.ask<Problem>(
      INSTALLATION_API_KEY,
      'PUT',
      `${API}/operators/${third}`,
      operatorBody('ABC'),
    );
    expect([status, body.code]).toEqual([409, 'id-taken']);
  });

  it('decide themselves how their sessions are billed', async () => {
    const path = `${API}/operators/${OURS}`;
    const settings = { believedEnergyWh: 20_000, believedPowerFactor: 1.5, freeStarts: true };
    const changed = await platform.ask<OperatorView>(ours, 'PUT', `${path}/settings`, settings);
    expect(changed).toMatchObject({ status: 200, body: { operatorId: OURS, ...settings } });
    await eventually(() => lastTold(operators, { operatorId: OURS, ...settings, version: 2 }));
    expect((await platform.ask(theirs, 'PUT', `${path}/settings`, settings)).status).toBe(404);
    const again = await platform.ask(INSTALLATION_API_KEY, 'PUT', path, operatorBody('ABC'));
    expect(again.body).toMatchObject(settings);
    const { body } = await platform.ask(ours, 'PUT', `${path}/settings`, {});
    expect(body).toEqual({ operatorId: OURS, ...operatorBody('ABC'), authorizationDefault: 'Invalid' });
  });

  it.each([{ believedEnergyWh: -1 }, { believedEnergyWh: 0.5 }, { believedPowerFactor: 0.9 }, { freeStarts: 'yes' }])(
    'cannot be billed by %j',
    async (settings) => {
      expect((await platform.ask(ours, 'PUT', `${API}/operators/${OURS}/settings`, settings)).status).toBe(400);
    },
  );

  it('see only themselves; the installation sees all, page by page', async () => {
    const own = await platform.ask<List<OperatorView>>(ours, 'GET', `${API}/operators`);
    expect(own.body.items.map(({ operatorId }) => operatorId)).toEqual([OURS]);
    expect((await platform.ask(ours, 'GET', `${API}/operators/${THEIRS}`)).status).toBe(404);
    const first = await platform.ask<List<OperatorView>>(INSTALLATION_API_KEY, 'GET', `${API}/operators?limit=1`);
    const cursor = first.body.nextCursor;
    const rest = await platform.ask<List<OperatorView>>(
      INSTALLATION_API_KEY,
      'GET',
      `${API}/operators?limit=1&cursor=${cursor}`,
    );
    expect([...first.body.items, ...rest.body.items].map(({ operatorId }) => operatorId)).toEqual([OURS, THEIRS]);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('have a name for drivers and one for contracts', async () => {
    const body = { ...operatorBody('ABC'), legalName: 'ABC Energie GmbH' };
    const put = await platform.ask(INSTALLATION_API_KEY, 'PUT', `${API}/operators/${OURS}`, body);
    expect(put).toMatchObject({ status: 200, body: { name: 'Operator ABC', legalName: 'ABC Energie GmbH' } });
    await eventually(() => lastTold(operators, { operatorId: OURS, legalName: 'ABC Energie GmbH' }));
  });
});

describe('API keys', () => {
  it('are shown once and told by their hash', async () => {
    const id = '01900000-0000-7000-8000-0000000000c1';
    const path = `${API}/operators/${OURS}/api-keys/${id}`;
    const first = await platform.ask<ApiKeyView>(ours, 'PUT', path, { name: 'demo', role: 'viewer' });
    expect(first.body.apiKey).toMatch(/^cmk_[\w-]{43}$/);
    const second = await platform.ask<ApiKeyView>(ours, 'PUT', path, { name: 'demo', role: 'operator' });
    expect(second.body).toMatchObject({ apiKeyId: id, role: 'operator' });
    expect(second.body).not.toHaveProperty('apiKey');
    const hash = platform.app.get(SecretHasher).hash(first.body.apiKey ?? '');
    await eventually(() => lastTold(apiKeys, { apiKeyId: id, hash, version: 2 }));
  });

  it('of a viewer change nothing, and a revoked one opens nothing', async () => {
    const { body } = await platform.ask<ApiKeyView>(ours, 'POST', `${API}/operators/${OURS}/api-keys`, {
      name: 'viewer',
      role: 'viewer',
    });
    const viewer = body.apiKey ?? '';
    await eventually(async () => expect((await platform.ask(viewer, 'GET', `${API}/stations`)).status).toBe(200));
    expect((await platform.ask(viewer, 'PUT', `${API}/stations/V-1`, station())).status).toBe(403);
    const revoked = await platform.ask(ours, 'DELETE', `${API}/operators/${OURS}/api-keys/${body.apiKeyId}`);
    expect(revoked.status).toBe(204);
    await eventually(async () => expect((await platform.ask(viewer, 'GET', `${API}/stations`)).status).toBe(401));
  });

  it('of another operator are out of reach', async () => {
    const { status } = await platform.ask(ours, 'GET', `${API}/operators/${THEIRS}/api-keys`);
    expect(status).toBe(404);
  });
});

describe('locations', () => {
  it('are told with what changed, and put again without', async () => {
    const id = '01900000-0000-7000-8000-0000000000a2';
    const path = `${API}/locations/${id}`;
    for (const body of [place, place, { ...place, name: 'Yard' }]) await platform.ask(ours, 'PUT', path, body);
    await eventually(() => lastTold(locations, { locationId: id, name: 'Yard', version: 2 }));
    expect((await platform.ask(ours, 'DELETE', path)).status).toBe(204);
    await eventually(() => lastTold(locations, { locationId: id, deleted: true, version: 3 }));
    expect((await platform.ask(ours, 'GET', path)).status).toBe(404);
  });

  it('keep and tell what access points want to know', async () => {
    const id = '01900000-0000-7000-8000-0000000000a3';
    const openingTimes = { twentyfourseven: true, exceptionalClosings: [] };
    const known = { ...place, helpPhone: '+49 30 1234567', nuts1: 'DE3', openingTimes };
    const path = `${API}/locations/${id}`;
    expect(await platform.ask(ours, 'PUT', path, known)).toMatchObject({ status: 200, body: known });
    expect(await platform.ask(ours, 'GET', path)).toMatchObject({ status: 200, body: known });
    await eventually(async () => expect(await lastTold(locations, { locationId: id })).toMatchObject(known));
  });

  it('are hidden from other operators, and their ids are taken', async () => {
    expect((await platform.ask(theirs, 'GET', `${API}/locations/${LOCATION}`)).status).toBe(404);
    const { status, body } = await platform.ask<Problem>(theirs, 'PUT', `${API}/locations/${LOCATION}`, place);
    expect([status, body.code]).toEqual([409, 'id-taken']);
  });

  it('stay as long as stations stand there', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/AT-1`, station());
    const { status, body } = await platform.ask<Problem>(ours, 'DELETE', `${API}/locations/${LOCATION}`);
    expect([status, body.code]).toEqual([409, 'in-use']);
  });

  it('are listed page by page', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const path = `${API}/locations?limit=1${cursor && `&cursor=${cursor}`}`;
      const { body } = await platform.ask<List<LocationView>>(ours, 'GET', path);
      seen.push(...body.items.map(({ locationId }) => locationId));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(LOCATION);
  });
});

describe('stations', () => {
  it('name connectors in the words of OCPI, and are told the one that is meant', async () => {
    const connectors = [{ connectorId: 1, ...cable, standard: 'TYPE2' }];
    const wrong = { ...station(), evses: [{ evseId: 1, connectors }] };
    const { status, body } = await platform.ask<Problem>(ours, 'PUT', `${API}/stations/WORDS-1`, wrong);
    expect([status, body.code]).toEqual([400, 'bad-request']);
    expect(body.detail).toContain('IEC_62196_T2 is meant?');
  });

  it('tell since when an EVSE is there, how it is paid at, and where one parks', async () => {
    const evse = {
      ...{ evseId: 1, evseUid: 'PUBLIC-1-1', evseRef: 'DE*ABC*EPUBLIC1', operationalSince: '2023-05-01' },
      ...{ paymentDevices: ['CONTACTLESS_CARD_SUPPORT'], parkingRestrictions: ['EV_ONLY', 'DISABLED'] },
      parkingSpaces: [
        { parkingId: 'P1', vehicleTypes: ['DISABLED'], restrictedToType: true, reservationRequired: false },
      ],
      connectors: [{ connectorId: 1, ...cable, capabilities: ['ISO_15118_20_PLUG_AND_CHARGE'] }],
    };
    const { status } = await platform.ask(ours, 'PUT', `${API}/stations/PUBLIC-1`, { ...station(), evses: [evse] });
    expect(status).toBe(200);
    expect((await platform.ask<StationView>(ours, 'GET', `${API}/stations/PUBLIC-1`)).body.evses).toEqual([evse]);
    await eventually(async () =>
      expect(await lastTold(stations, { stationId: 'PUBLIC-1' })).toMatchObject({ evses: [evse] }),
    );
  });

  it('are told with their EVSEs, and the gateway is told of a new one as pending', async () => {
    const { status, body } = await platform.ask<StationView>(ours, 'PUT', `${API}/stations/CS-1`, station());
    expect(status).toBe(200);
    expect(body).toMatchObject({ stationId: 'CS-1', released: false, connected: false, securityProfile: 1 });
    const told = await eventually(() => lastTold<DataOf<typeof StationState>>(stations, { stationId: 'CS-1' }));
    expect(told).toMatchObject({ operatorId: OURS, locationId: LOCATION, evses: body.evses, version: 1 });
    expect(await eventually(() => credentialOf('CS-1'))).toMatchObject({ registration: 'Pending', passwordHashes: [] });
  });

  it('have ids that are unique in the installation, across the wall between operators', async () => {
    const { status, body } = await platform.ask<Problem>(theirs, 'PUT', `${API}/stations/CS-1`, { evses: [] });
    expect([status, body.code]).toEqual([409, 'station-id-taken']);
    expect((await platform.ask(theirs, 'GET', `${API}/stations/CS-1`)).status).toBe(404);
  });

  it('need a location that the operator has', async () => {
    const locationId = '01900000-0000-7000-8000-0000000000ff';
    const { body } = await platform.ask<Problem>(ours, 'PUT', `${API}/stations/CS-X`, station({ locationId }));
    expect(body.code).toBe('location-unknown');
  });

  it('never use an EVSE uid again for another EVSE', async () => {
    const evse = (evseId: number) => [{ evseId, evseUid: 'UID-1', connectors: [{ connectorId: 1, ...cable }] }];
    const put = (id: string, evseId: number) =>
      platform.ask<Problem>(ours, 'PUT', `${API}/stations/${id}`, { locationId: LOCATION, evses: evse(evseId) });
    expect((await put('UID-A', 1)).status).toBe(200);
    expect((await put('UID-A', 1)).status).toBe(200);
    expect((await put('UID-A', 2)).body.code).toBe('evse-uid-taken');
    expect((await put('UID-B', 1)).body.code).toBe('evse-uid-taken');
  });

  it('are accepted after their release, once', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/CS-2`, station());
    const release = () => platform.ask<StationView>(ours, 'POST', `${API}/stations/CS-2/release`);
    expect((await release()).body).toMatchObject({ released: true });
    expect((await release()).status).toBe(200);
    await eventually(async () =>
      expect(await credentialOf('CS-2')).toMatchObject({ registration: 'Accepted', version: 2 }),
    );
  });

  it('are listed by location and page', async () => {
    const query = `${API}/stations?locationId=${LOCATION}&limit=2`;
    const { body } = await platform.ask<List<StationView>>(ours, 'GET', query);
    const next = await platform.ask<List<StationView>>(ours, 'GET', `${query}&cursor=${body.nextCursor}`);
    const ids = [...body.items, ...next.body.items].map(({ stationId }) => stationId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(4);
    const none = await platform.ask<List<StationView>>(ours, 'GET', `${API}/stations?connected=true`);
    expect(none.body.items).toEqual([]);
  });

  it('are removed with their credentials, and come back pending', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/CS-3`, station({ released: true }));
    await platform.ask(ours, 'PUT', `${API}/stations/CS-3/credentials`, {});
    expect((await platform.ask(ours, 'DELETE', `${API}/stations/CS-3`)).status).toBe(204);
    await eventually(() => lastTold(stations, { stationId: 'CS-3', deleted: true }));
    await eventually(async () =>
      expect(await credentialOf('CS-3')).toMatchObject({ deleted: true, passwordHashes: [], version: 3 }),
    );
    expect((await platform.ask(ours, 'DELETE', `${API}/stations/CS-3`)).status).toBe(404);
    expect((await platform.ask(ours, 'PUT', `${API}/stations/CS-3`, station())).status).toBe(200);
    await eventually(async () =>
      expect(await credentialOf('CS-3')).toMatchObject({ deleted: false, registration: 'Pending', version: 4 }),
    );
  });
});

it('tells once the zone of a station that was there before zones were told, with nothing else changed', async () => {
  for (const id of ['Z-1', 'Z-2']) await platform.ask(ours, 'PUT', `${API}/stations/${id}`, station({ evses: [] }));
  const before = await eventually(() => credentialOf('Z-1'));
  const admin = new Connection({ connectionString: platform.adminUrl });
  await admin.connect();
  await admin.query(`UPDATE device_management.station_credentials SET zone_due = true WHERE station_id = 'Z-1'`);
  await eventually(async () => expect((await credentialOf('Z-1')).version).toBe(2));
  const due = await admin.query('SELECT FROM device_management.station_credentials WHERE zone_due');
  await admin.end();
  expect(await credentialOf('Z-1')).toEqual({ ...before, timeZone: 'Europe/Berlin', version: 2 });
  expect([due.rowCount, (await credentialOf('Z-2')).version]).toEqual([0, 1]);
});

describe('credentials', () => {
  const hash = (password: string) => platform.app.get(SecretHasher).hash(password);
  const set = (id: string, body = {}) =>
    platform.ask<{ password: string }>(ours, 'PUT', `${API}/stations/${id}/credentials`, body);

  it('are made up of letters and digits, and told by their hash', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/CR-1`, station());
    const { password } = (await set('CR-1')).body;
    expect(password).toMatch(/^[A-Za-z0-9]{20}$/);
    await eventually(async () => expect((await credentialOf('CR-1')).passwordHashes).toEqual([hash(password)]));
  });

  it('leave the one before valid until the new one was used', async () => {
    const [first, second] = ['first-password-0001', 'second-password-002'];
    await platform.ask(ours, 'PUT', `${API}/stations/CR-2`, station());
    for (const password of [first, second, second]) expect((await set('CR-2', { password })).status).toBe(200);
    const both = await eventually(async () => {
      const told = await credentialOf('CR-2');
      expect(told.passwordHashes).toEqual([hash(second), hash(first)]);
      return told;
    });
    const connect = (epoch: number, previous: boolean) =>
      newEvent(StationConnected, {
        ...observed,
        data: { ...by('CR-2', epoch), ocppVersion: '1.6', credential: { version: both.version, previous } },
      });
    await platform.send([connect(1, true)]);
    await eventually(() => lastTold(stations, { stationId: 'CR-2', connected: true }));
    expect((await credentialOf('CR-2')).passwordHashes).toHaveLength(2);
    await platform.send([connect(2, false)]);
    await eventually(async () => expect((await credentialOf('CR-2')).passwordHashes).toEqual([hash(second)]));
  });

  it.each(['too-short', 'x'.repeat(41), 'with a space in it'])('refuse %s', async (password) => {
    expect((await set('CR-2', { password })).status).toBe(400);
  });

  it('never show in the audit trail', async () => {
    const password = 'a-password-of-the-audit';
    await platform.ask(ours, 'PUT', `${API}/stations/CR-3`, station());
    await set('CR-3', { password });
    const { body } = await platform.ask<List<unknown>>(ours, 'GET', `${API}/audit-trail?resource=station`);
    expect(JSON.stringify(body)).toContain('set-password');
    expect(JSON.stringify(body)).not.toContain(password);
  });
});

const observed = { operatorId: OURS, time: '2026-03-01T12:00:00.000Z' };
const by = (stationId: string, epoch: number) => ({ stationId, epoch, receivedAt: observed.time });
const connected = (stationId: string, epoch: number) =>
  newEvent(StationConnected, { ...observed, data: { ...by(stationId, epoch), ocppVersion: '2.0.1' } });

describe('what stations say', () => {
  it('becomes the picture of the station, once per fact', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/OB-1`, station());
    const booted = newEvent(StationBooted, {
      ...observed,
      data: {
        ...by('OB-1', 1),
        messageId: 'm1',
        reason: 'PowerUp',
        vendor: 'V',
        model: 'M',
        serialNumber: 'S',
        registration: 'Accepted',
      },
    });
    const status = newEvent(ConnectorStatusChanged, {
      ...observed,
      data: {
        ...by('OB-1', 1),
        messageId: 'm2',
        evseId: 2,
        connectorId: 1,
        status: 'Available',
        at: '2026-03-01T11:59:59Z',
      },
    });
    await platform.send([connected('OB-1', 1), booted, status, status, booted]);
    const { body } = await eventually(async () => {
      const shown = await platform.ask<StationView>(ours, 'GET', `${API}/stations/OB-1`);
      expect(shown.body.evses[1]?.connectors[0]?.status).toBe('Available');
      return shown;
    });
    expect(body).toMatchObject({ connected: true, ocppVersion: '2.0.1', vendor: 'V', model: 'M', serialNumber: 'S' });
    const told = await eventually(() =>
      lastTold<DataOf<typeof StationState>>(stations, { stationId: 'OB-1', vendor: 'V' }),
    );
    expect(told.evses).toEqual(body.evses);
    await platform.send([newEvent(StationDisconnected, { ...observed, data: { ...by('OB-1', 1), reason: 'x' } })]);
    await eventually(() => lastTold(stations, { stationId: 'OB-1', connected: false, vendor: 'V' }));
  });

  it('is kept of its device model, the newest value of each variable', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/OB-2`, station());
    const report = (messageId: string, value: string) =>
      newEvent(ReportDataReceived, {
        ...observed,
        data: {
          ...by('OB-2', 1),
          messageId,
          requestId: 1,
          part: 0,
          last: true,
          variables: [
            { component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', value, mutability: 'ReadWrite' },
            { component: 'EVSE', evseId: 1, variable: 'Power', value: '22000' },
          ],
        },
      });
    await platform.send([report('a', '60'), report('b', '300')]);
    const items = await eventually(async () => {
      const { body } = await platform.ask<List<VariableView>>(ours, 'GET', `${API}/stations/OB-2/variables?limit=1`);
      const rest = await platform.ask<List<VariableView>>(
        ours,
        'GET',
        `${API}/stations/OB-2/variables?limit=1&cursor=${body.nextCursor}`,
      );
      expect(rest.body.nextCursor).toBeNull();
      expect(body.items[0]).toMatchObject({ value: '300' });
      return [...body.items, ...rest.body.items];
    });
    expect(items.map(({ evseId, variable }) => [evseId, variable])).toEqual([
      [0, 'HeartbeatInterval'],
      [1, 'Power'],
    ]);
  });

  it('of a station that is not there is passed over', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/OB-3`, station());
    await platform.send([connected('NOT-THERE', 1), connected('OB-3', 1)]);
    await eventually(() => lastTold(stations, { stationId: 'OB-3', connected: true }));
  });
});

describe('commands', () => {
  const ask = (id: string, command: unknown, query = '') =>
    platform.ask<CommandView & Problem>(ours, 'POST', `${API}/stations/${id}/commands${query}`, command);
  const get = (id: string) => platform.ask<CommandView>(ours, 'GET', `${API}/commands/${id}`);
  const result = (commandId: string, status: 'accepted' | 'rejected', askedBy = 'device-management') =>
    newEvent(CommandResult, {
      ...observed,
      data: { commandId, stationId: 'CO-1', askedBy, status, detail: 'Scheduled', at: observed.time },
    });

  beforeAll(async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/CO-1`, station());
    await platform.send([connected('CO-1', 1)]);
    await eventually(() => lastTold(stations, { stationId: 'CO-1', connected: true }));
  });

  it('go to the station, and their first result counts', async () => {
    const { status, body } = await ask('CO-1', { name: 'Reset', kind: 'OnIdle' });
    expect([status, body.status]).toEqual([202, 'pending']);
    const { commandId } = body;
    const told = await eventually(() => lastTold<DataOf<typeof StationCommand>>(stationCommands, { commandId }));
    expect(told).toMatchObject({ stationId: 'CO-1', askedBy: 'device-management', expiresAt: body.expiresAt });
    expect(told.command).toEqual({ name: 'Reset', kind: 'OnIdle' });
    await platform.send([result(commandId, 'rejected', 'sessions'), result(commandId, 'accepted')]);
    await eventually(async () =>
      expect((await get(commandId)).body).toMatchObject({ status: 'accepted', detail: 'Scheduled' }),
    );
    const other = await ask('CO-1', { name: 'TriggerMessage', message: 'Heartbeat' });
    await platform.send([result(commandId, 'rejected'), result(other.body.commandId, 'rejected')]);
    await eventually(async () => expect((await get(other.body.commandId)).body.status).toBe('rejected'));
    expect((await get(commandId)).body.status).toBe('accepted');
  });

  it('unlock for the hotline, which is told in words what the station said, and sends and sees no other', async () => {
    const hotline = await platform.admit({ operatorId: OURS, role: 'hotline' });
    const path = `${API}/stations/CO-1/commands`;
    const unlock = { name: 'UnlockConnector', evseId: 1, connectorId: 1 };
    await eventually(async () => expect((await platform.ask(hotline, 'POST', path, unlock)).status).toBe(202));
    const { commandId } = (await platform.ask<CommandView>(hotline, 'POST', path, unlock)).body;
    const of = (id: string) => platform.ask<CommandView>(hotline, 'GET', `${API}/commands/${id}`);
    expect((await of(commandId)).body).toMatchObject({ status: 'pending', inWords: { de: expect.any(String) } });
    const said = { commandId, stationId: 'CO-1', askedBy: 'device-management', detail: 'UnlockFailed' };
    await platform.send([
      newEvent(CommandResult, { ...observed, data: { ...said, status: 'rejected', at: observed.time } }),
    ]);
    await eventually(async () =>
      expect((await of(commandId)).body).toMatchObject({
        ...{ status: 'rejected', detail: 'UnlockFailed' },
        inWords: { en: expect.stringContaining('could not'), de: expect.stringContaining('nicht entriegeln') },
      }),
    );
    const reset = { name: 'Reset', kind: 'OnIdle' };
    expect((await platform.ask<Problem>(hotline, 'POST', path, reset)).status).toBe(403);
    const other = (await ask('CO-1', reset)).body.commandId;
    expect([(await of(other)).status, (await get(other)).status]).toEqual([404, 200]);
    const trail = await platform.ask<List<{ action: string; change: unknown }>>(ours, 'GET', `${API}/audit-trail`);
    expect(trail.body.items).toContainEqual(expect.objectContaining({ action: 'command', change: unlock }));
  });

  it('time out when nobody answers', async () => {
    const { body } = await ask('CO-1', { name: 'GetBaseReport', requestId: 1, report: 'FullInventory' }, '?timeoutS=1');
    await eventually(async () =>
      expect((await get(body.commandId)).body).toMatchObject({ status: 'timed-out', finishedAt: body.expiresAt }),
    );
  });

  it('are refused when the station is not connected, is unknown, or the command is none', async () => {
    await platform.ask(ours, 'PUT', `${API}/stations/CO-2`, station());
    const reset = { name: 'Reset', kind: 'OnIdle' };
    expect((await ask('CO-2', reset)).body.code).toBe('station-not-connected');
    expect((await ask('NOBODY', reset)).status).toBe(404);
    expect((await ask('CO-1', { name: 'Explode' })).status).toBe(400);
    expect((await platform.ask(theirs, 'POST', `${API}/stations/CO-1/commands`, reset)).status).toBe(404);
  });

  it('are listed, the newest first', async () => {
    const { body } = await platform.ask<List<CommandView>>(ours, 'GET', `${API}/commands?stationId=CO-1`);
    expect(body.items.map(({ command }) => command.name)).toEqual([
      ...['GetBaseReport', 'Reset', 'UnlockConnector', 'UnlockConnector', 'TriggerMessage', 'Reset'],
    ]);
  });
});
