import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stationCredentials, stations } from '@chargemesh/contracts';
import { Connection } from '@chargemesh/persistence';
import { SecretHasher } from '@chargemesh/service';
import { type TestServices, askBulk, eventually, startTestServices } from '@chargemesh/testing';
import { deviceManagementService } from './index.js';

const API = '/api/device-management/v1';
const OPERATOR = '01900000-0000-7000-8000-000000000001';
const OTHERS = '01900000-0000-7000-8000-000000000002';
const LOCATION = '01900000-0000-7000-8000-0000000000a1';

const place = {
  ...{ name: 'Depot', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' },
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
};
const cable = { standard: 'IEC_62196_T2', format: 'CABLE', powerType: 'AC_3_PHASE', maxVoltage: 230, maxAmperage: 32 };
const evse = (more = {}) => ({ evseId: 1, connectors: [{ connectorId: 1, ...cable }], ...more });
const station = (stationId: string, more = {}) => ({ stationId, locationId: LOCATION, evses: [evse()], ...more });
const series = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => station(`${prefix}-${String(index).padStart(4, '0')}`));

describe('in bulk', () => {
  let platform: TestServices;
  let admin: string;
  let database: Connection;

  beforeAll(async () => {
    platform = await startTestServices([deviceManagementService], { environment: { HTTP_BODY_LIMIT_BYTES: '5000' } });
    admin = await platform.admit({ operatorId: OPERATOR });
    database = new Connection({ connectionString: platform.adminUrl });
    await database.connect();
    await bulk('locations', [{ locationId: LOCATION, ...place }]);
  });

  afterAll(async () => {
    await database?.end();
    await platform?.stop();
  });

  const bulk = (path: string, rows: readonly unknown[] | string, { key = admin, query = '' } = {}) =>
    askBulk(`${platform.url}${API}/${path}/bulk${query}`, key, rows);
  const stateOf = async (stationId: string) =>
    (await database.query(`SELECT version FROM device_management.stations WHERE station_id = $1`, [stationId])).rows;
  const countOf = async (prefix: string) => {
    const sql = `SELECT count(*)::int AS n FROM device_management.stations WHERE station_id LIKE $1`;
    return ((await database.query(sql, [`${prefix}-%`])).rows[0] as { n: number }).n;
  };
  const audited = async (id: string) => {
    const sql = `SELECT action FROM device_management.audit_trail WHERE resource_id = $1 ORDER BY id`;
    return (await database.query(sql, [id])).rows.map(({ action }: { action: string }) => action);
  };

  it('rows are put as one by one, each answered by a line, and the last line counts them', async () => {
    await bulk('stations', [station('A-1'), station('A-2')]);
    const { lines } = await bulk('stations', [
      station('A-1'),
      station('A-2', { heartbeatIntervalS: 60 }),
      station('A-3'),
      station('A-4', { locationId: '01900000-0000-7000-8000-0000000000ff' }),
      { ...station('A-5'), evses: [{ evseId: 1, connectors: [] }] },
      { locationId: LOCATION },
    ]);
    expect(lines).toMatchObject([
      { line: 1, id: 'A-1', status: 'unchanged' },
      { line: 2, id: 'A-2', status: 'updated' },
      { line: 3, id: 'A-3', status: 'created' },
      { line: 4, id: 'A-4', status: 'refused', problem: { code: 'location-unknown', status: 409 } },
      { line: 5, id: 'A-5', status: 'refused', problem: { code: 'bad-request', pointer: '/evses/0/connectors' } },
      { line: 6, status: 'refused', problem: { code: 'bad-request' } },
      { end: 'complete', created: 1, updated: 1, unchanged: 1, refused: 3 },
    ]);
    expect(await platform.ask(admin, 'GET', `${API}/stations/A-2`)).toMatchObject({ body: { heartbeatIntervalS: 60 } });
    expect(await audited('A-2')).toEqual(['create', 'change']);
  });

  it('the same rows again make no event, no version and no entry of the audit trail', async () => {
    const rows = series('B', 120);
    expect((await bulk('stations', rows)).lines.at(-1)).toMatchObject({ created: 120 });
    const told = async () =>
      (await platform.told(stations)).filter(({ data }) => `${data['stationId']}`.startsWith('B-'));
    await eventually(async () => expect(await told()).toHaveLength(120));
    expect((await bulk('stations', rows)).lines.at(-1)).toEqual({
      ...{ end: 'complete', created: 0, updated: 0, unchanged: 120, refused: 0 },
    });
    await bulk('stations', [station('B-end')]);
    await eventually(async () => expect(await told()).toHaveLength(121));
    expect([await stateOf('B-0000'), await audited('B-0000')]).toEqual([[{ version: 1 }], ['create']]);
  });

  it('a row that comes twice is put twice, and its events keep their order', async () => {
    const rows = [60, 70, 80].map((heartbeatIntervalS) => station('C-1', { heartbeatIntervalS }));
    const { lines } = await bulk('stations', rows);
    expect(lines.map(({ status }) => status)).toEqual(['created', 'updated', 'updated', undefined]);
    const versions = async () =>
      (await platform.told(stations))
        .filter(({ data }) => data['stationId'] === 'C-1')
        .map(({ data }) => data['version']);
    await eventually(async () => expect(await versions()).toEqual([1, 2, 3]));
  });

  it('a refused row leaves nothing behind, and those around it are put', async () => {
    const uids = (...given: string[]) => ({ evses: given.map((evseUid, at) => evse({ evseId: at + 1, evseUid })) });
    const { lines } = await bulk('stations', [
      station('D-1', uids('TAKEN')),
      station('D-2', uids('FREE', 'TAKEN')),
      station('D-3', uids('FREE')),
    ]);
    expect(lines.map(({ status }) => status)).toEqual(['created', 'refused', 'created', undefined]);
    expect([await stateOf('D-2'), await audited('D-2')]).toEqual([[], []]);
    const sql = `SELECT FROM device_management.taken_ids WHERE id = 'D-2'`;
    expect((await database.query(sql)).rowCount).toBe(0);
  });

  it('a dry run says what would be, and changes nothing', async () => {
    const rows = [...series('E', 60), station('A-1', { released: true }), {}];
    const { lines } = await bulk('stations', rows, { query: '?dryRun=true' });
    expect(lines.at(-1)).toEqual({ end: 'complete', created: 60, updated: 1, unchanged: 0, refused: 1 });
    expect([await countOf('E'), await audited('E-0001')]).toEqual([0, []]);
    const passwords = await bulk('stations/credentials', [{ stationId: 'A-1' }], { query: '?dryRun=true' });
    expect(passwords.lines[0]).toEqual({ line: 1, id: 'A-1', status: 'created' });
  });

  it('a connection that is cut leaves whole batches, and sending everything again completes them', async () => {
    const rows = series('F', 130);
    const sent = request(`${platform.url}${API}/stations/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/x-ndjson' },
    });
    const cut = new Promise((resolve) => sent.once('error', resolve).once('close', resolve));
    sent.write(
      rows
        .slice(0, 120)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    );
    sent.write(JSON.stringify(rows[120]).slice(0, 20));
    await eventually(async () => expect(await countOf('F')).toBe(100));
    sent.destroy();
    await cut;
    const { lines } = await bulk('stations', rows);
    expect(lines.at(-1)).toEqual({ end: 'complete', created: 30, updated: 0, unchanged: 100, refused: 0 });
  });

  it('no more lines than said are taken: what came before is done, and the last line says so', async () => {
    const { status, lines } = await bulk('stations', `${JSON.stringify(station('G-1'))}\n${'{\n'.repeat(10_000)}`);
    expect([status, lines.length]).toEqual([200, 10_001]);
    expect(lines[0]).toMatchObject({ id: 'G-1', status: 'created' });
    expect(lines.at(-1)).toMatchObject({ end: 'stopped', problem: { code: 'payload-too-large' } });
  });

  it('a line is no longer than a body may be, and a body of another kind is refused', async () => {
    const long = station('H-1', { locationId: 'x'.repeat(5_000) });
    expect((await bulk('stations', [long, station('H-2')])).lines).toMatchObject([
      { line: 1, status: 'refused', problem: { code: 'payload-too-large' } },
      { line: 2, status: 'created' },
      { end: 'complete' },
    ]);
    const json = await platform.ask(admin, 'POST', `${API}/stations/bulk`, [station('H-1')]);
    expect(json).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  });

  it('rows of another operator are not touched', async () => {
    const theirs = await platform.admit({ operatorId: OTHERS, partyId: 'XYZ' });
    const { lines } = await bulk('stations', [{ stationId: 'A-1', evses: [] }], { key: theirs });
    expect(lines[0]).toMatchObject({ status: 'refused', problem: { code: 'station-id-taken' } });
  });

  it('two at once of the same stations come to the same', async () => {
    const [up, down] = [series('I', 80), series('I', 80).toReversed()];
    const answers = await Promise.all([bulk('stations', up), bulk('stations', down)]);
    expect(answers.map(({ lines }) => lines.at(-1))).toMatchObject([{ end: 'complete' }, { end: 'complete' }]);
    expect(answers.flatMap(({ lines }) => lines).filter(({ status }) => status === 'created')).toHaveLength(80);
  });

  it('an operator has all places only until another one asks', async () => {
    const theirs = await platform.admit({ operatorId: OTHERS, partyId: 'XYZ' });
    const [first, second] = [await slowly('K'), await slowly('L')];
    expect(await bulk('stations', [])).toMatchObject({ status: 429 });
    expect(await bulk('stations', [], { key: theirs })).toMatchObject({ status: 429 });
    const stopped = (await second.answer).at(-1);
    expect(stopped).toMatchObject({ end: 'stopped', created: 50, problem: { code: 'too-many-requests' } });
    expect(await bulk('stations', [])).toMatchObject({ status: 429 });
    expect(await bulk('stations', [], { key: theirs })).toMatchObject({ status: 200 });
    first.sent.end();
    expect((await first.answer).at(-1)).toMatchObject({ end: 'complete', created: 51 });
  });

  /** Sends 51 rows and does not end; resolves when the first batch is put. */
  async function slowly(prefix: string) {
    const sent = request(`${platform.url}${API}/stations/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/x-ndjson' },
    });
    const answer = once(sent, 'response').then(async ([response]) => {
      const lines = (await text(response as IncomingMessage)).trim().split('\n');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    });
    for (const row of series(prefix, 51)) sent.write(`${JSON.stringify(row)}\n`);
    await eventually(async () => expect(await countOf(prefix)).toBe(50));
    return { sent, answer };
  }

  describe('passwords', () => {
    const hashesOf = async (stationId: string) => {
      const told = await platform.told(stationCredentials);
      return told.findLast(({ data }) => data['stationId'] === stationId)?.data['passwordHashes'];
    };

    it('are shown once, kept as hashes, and the same rows again leave them as they are', async () => {
      await bulk('stations', [station('P-1'), station('P-2')]);
      const rows = [{ stationId: 'P-1' }, { stationId: 'P-2', password: 'given-password-0001' }, { stationId: 'P-3' }];
      const { lines } = await bulk('stations/credentials', rows);
      const [made] = lines;
      expect(lines).toMatchObject([
        { id: 'P-1', status: 'created', password: expect.stringMatching(/^[A-Za-z0-9]{20}$/) },
        { id: 'P-2', status: 'created', password: 'given-password-0001' },
        { id: 'P-3', status: 'refused', problem: { code: 'not-found' } },
        { end: 'complete' },
      ]);
      const hash = platform.app.get(SecretHasher).hash(made?.password ?? '');
      await eventually(async () => expect(await hashesOf('P-1')).toEqual([hash]));
      expect((await bulk('stations/credentials', rows)).lines.slice(0, 2)).toEqual([
        { line: 1, id: 'P-1', status: 'unchanged' },
        { line: 2, id: 'P-2', status: 'unchanged' },
      ]);
      expect(await hashesOf('P-1')).toEqual([hash]);
      expect(await audited('P-1')).toEqual(['create', 'set-password']);
    });

    it('need an administrator, and stations somebody who may write', async () => {
      const [operator, viewer] = [
        await platform.admit({ operatorId: OPERATOR, role: 'operator' }),
        await platform.admit({ operatorId: OPERATOR, role: 'viewer' }),
      ];
      await eventually(async () => {
        expect((await bulk('stations', [], { key: operator })).status).toBe(200);
        expect((await bulk('stations', [], { key: viewer })).lines).toMatchObject([{ neededRole: 'operator' }]);
      });
      const refused = await bulk('stations/credentials', [{ stationId: 'P-1' }], { key: operator });
      expect([refused.status, refused.lines]).toMatchObject([403, [{ code: 'forbidden', neededRole: 'admin' }]]);
    });
  });
});
