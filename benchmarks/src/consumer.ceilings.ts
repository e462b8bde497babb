/** What the consumer is compared with: the same rows written by hand, and by an ORM as most would. */
import type { TransactionUpdated } from '@chargemesh/contracts';
import { type DataOf, SessionUpdated, newEvent, toWire } from '@chargemesh/contracts';
import type { StoredRecord } from '@chargemesh/messaging';
import { sessionsService } from '@chargemesh/sessions';
import { Pool, type PoolClient } from 'pg';
import { DataSource, EntitySchema } from 'typeorm';
import { BATCH } from './consumer.load.js';

type Reading = DataOf<typeof TransactionUpdated>;

const CONSUMER = 'sessions.ocpp.station-events.v1';
const WRITERS = 8;
const OPTIONS = '-c search_path=sessions -c timezone=UTC';

/** A way to store readings, and how many rows it has left where. */
export interface Writer {
  write(records: readonly StoredRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** The register of a session, as the service follows it. */
type Walks = Record<'import', { at: number; wh: number; since: number; walk: object }>;

/** As the service's own entity has it. */
interface Session {
  sessionId: string;
  stationId: string;
  transactionId: string;
  version: number;
  evseId: number;
  beginWh: number;
  walks: Walks;
  energyWh: number;
  seqRanges: number[];
  lastFactAt: Date;
  lastHeardAt: Date;
}
type Known = Pick<Session, 'sessionId' | 'stationId' | 'version' | 'evseId' | 'beginWh'>;

const SessionEntity = sessionsService.entities.find(
  (entity): entity is new () => Session => 'name' in entity && entity.name === 'SessionRow',
);

const readingOf = ({ value }: StoredRecord): Reading => JSON.parse(value) as Reading;

/** The values of a reading, as the columns of its wide row. */
function measured({ samples: [sample] }: Reading) {
  const values = sample?.values ?? [];
  const of = (measurand: string) => values.filter((value) => value.measurand === measurand);
  const [voltage, ...voltages] = of('Voltage');
  return {
    energyWh: of('Energy.Active.Import.Register')[0]?.value ?? 0,
    powerW: of('Power.Active.Import')[0]?.value ?? 0,
    currentA: of('Current.Import').reduce((sum, { value }) => sum + value, 0),
    voltageV: voltage?.value ?? 0,
    soc: of('SoC')[0]?.value ?? 0,
    others: voltages,
  };
}

/** The register as it is followed up to a reading that goes on from the one before. */
function followed(beginWh: number, at: string, wh: number): Walks {
  const walk = { from: beginWh, top: wh, agreed: true, between: null, fell: null, broken: false, beyond: false };
  return { import: { at: Date.parse(at), wh, since: Date.parse(at), walk } };
}

/** What the others are told of it. */
function told(
  record: StoredRecord,
  { at, stationId, transactionId }: Reading,
  { sessionId, version, evseId }: Known,
  energyWh: number,
) {
  const data = { sessionId, version: version + 1, stationId, evseId, transactionId, at, energyWh };
  const event = newEvent(SessionUpdated, { operatorId: record.headers['ce_operatorid'] ?? '', time: at, data });
  return { topic: event.topic, ...toWire(event, 'sessions') };
}

/** Micro-batches of SQL with `unnest`, one transaction each: as fast as these rows can be written. */
export function byHand(url: string): Writer {
  const pool = new Pool({ connectionString: url, max: 1, options: OPTIONS });
  return {
    async write(records) {
      for (let at = 0; at < records.length; at += BATCH) await writeBatch(pool, records.slice(at, at + BATCH));
    },
    close: () => pool.end(),
  };
}

async function writeBatch(pool: Pool, records: readonly StoredRecord[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await writeRows(client, records);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function writeRows(client: PoolClient, records: readonly StoredRecord[]): Promise<void> {
  await client.query(
    `INSERT INTO inbox (consumer, event_id, event_time)
     SELECT $1, * FROM unnest($2::uuid[], $3::timestamptz[]) ON CONFLICT DO NOTHING`,
    [CONSUMER, records.map(({ headers }) => headers['ce_id']), records.map(({ headers }) => headers['ce_time'])],
  );
  const readings = records.map(readingOf);
  const { rows } = await client.query<Known>(
    `SELECT s.session_id AS "sessionId", s.station_id AS "stationId", s.version, s.evse_id AS "evseId",
       s.begin_wh AS "beginWh"
     FROM unnest($1::text[], $2::text[]) AS k(station_id, transaction_id) JOIN sessions s USING (station_id, transaction_id)`,
    [readings.map(({ stationId }) => stationId), readings.map(({ transactionId }) => transactionId)],
  );
  const sessions = new Map(rows.map((row) => [row.stationId, row]));
  const news = readings.map((reading, index) => {
    const [row, record, values] = [sessions.get(reading.stationId), records[index], measured(reading)];
    if (!row || !record) throw new Error(`no session at ${reading.stationId}`);
    const energyWh = values.energyWh - row.beginWh;
    return { reading, row, ...values, sumWh: energyWh, outbox: told(record, reading, row, energyWh) };
  });
  const ids = news.map(({ row }) => row.sessionId);
  const times = news.map(({ reading }) => reading.at);
  await client.query(
    `UPDATE sessions s SET version = s.version + 1, seq_ranges = b.seq::jsonb, last_fact_at = b.at, last_heard_at = b.at,
       walks = b.walks::jsonb, energy_wh = b.energy
     FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[]) AS b(id, at, seq, walks, energy)
     WHERE s.session_id = b.id`,
    [
      ids,
      times,
      news.map(({ reading }) => `[0,${reading.seqNo}]`),
      news.map(({ row, reading, energyWh }) => JSON.stringify(followed(row.beginWh, reading.at, energyWh))),
      news.map((one) => one.sumWh),
    ],
  );
  await client.query(
    `INSERT INTO meter_values (session_id, operator_id, at, energy_wh, power_w, current_a, voltage_v, soc, charging_state, others)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::float8[], $5::real[], $6::real[], $7::real[],
       $8::real[], $9::text[], $10::jsonb[])`,
    [
      ids,
      records.map(({ headers }) => headers['ce_operatorid']),
      times,
      news.map((one) => one.energyWh),
      news.map((one) => one.powerW),
      news.map((one) => one.currentA),
      news.map((one) => one.voltageV),
      news.map((one) => one.soc),
      news.map(({ reading }) => reading.chargingState),
      news.map(({ others }) => JSON.stringify(others)),
    ],
  );
  await client.query(
    `INSERT INTO outbox (topic, key, value, headers) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[])`,
    [
      news.map(({ outbox }) => outbox.topic),
      news.map(({ outbox }) => outbox.key),
      news.map(({ outbox }) => outbox.value),
      news.map(({ outbox }) => JSON.stringify(outbox.headers)),
    ],
  );
}

const inbox = new EntitySchema<{ consumer: string; eventId: string; eventTime: Date }>({
  name: 'inbox',
  columns: {
    consumer: { type: 'text', primary: true },
    eventId: { name: 'event_id', type: 'uuid', primary: true },
    eventTime: { name: 'event_time', type: 'timestamptz', primary: true },
  },
});

const meterValues = new EntitySchema<ReturnType<typeof measured> & Record<string, unknown>>({
  name: 'meter_values',
  columns: {
    sessionId: { name: 'session_id', type: 'uuid', primary: true },
    at: { type: 'timestamptz', primary: true },
    operatorId: { name: 'operator_id', type: 'uuid' },
    energyWh: { name: 'energy_wh', type: 'double precision' },
    powerW: { name: 'power_w', type: 'real' },
    currentA: { name: 'current_a', type: 'real' },
    voltageV: { name: 'voltage_v', type: 'real' },
    soc: { type: 'real' },
    chargingState: { name: 'charging_state', type: 'text' },
    others: { type: 'jsonb' },
  },
});

const outbox = new EntitySchema<Record<string, unknown>>({
  name: 'outbox',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    topic: { type: 'text' },
    key: { type: 'text' },
    value: { type: 'text' },
    headers: { type: 'jsonb' },
  },
});

/** A transaction per message with TypeORM's `save()`, several messages of different stations at the same time. */
export async function byOrm(url: string): Promise<Writer> {
  const entities = [...sessionsService.entities, inbox, meterValues, outbox];
  const extra = { options: OPTIONS };
  const orm = await new DataSource({ type: 'postgres', url, entities, poolSize: WRITERS, extra }).initialize();
  return {
    async write(records) {
      let next = 0;
      const writer = async (): Promise<void> => {
        for (let record = records[next++]; record; record = records[next++]) await saveOne(orm, record);
      };
      await Promise.all(Array.from({ length: WRITERS }, writer));
    },
    close: () => orm.destroy(),
  };
}

async function saveOne(orm: DataSource, record: StoredRecord): Promise<void> {
  if (!SessionEntity) throw new Error('the service has no entity of sessions');
  const reading = readingOf(record);
  const { ce_id: eventId = '', ce_time: eventTime = '', ce_operatorid: operatorId = '' } = record.headers;
  await orm.transaction(async (manager) => {
    await manager.save(inbox, { consumer: CONSUMER, eventId, eventTime: new Date(eventTime) });
    const { stationId, transactionId } = reading;
    const session = await manager.findOneByOrFail(SessionEntity, { stationId, transactionId });
    const at = new Date(reading.at);
    const values = measured(reading);
    const energyWh = values.energyWh - session.beginWh;
    const event = told(record, reading, session, energyWh);
    Object.assign(session, { version: session.version + 1, seqRanges: [0, reading.seqNo], lastFactAt: at, energyWh });
    Object.assign(session, { lastHeardAt: at, walks: followed(session.beginWh, reading.at, values.energyWh) });
    await manager.save(session);
    const about = { sessionId: session.sessionId, operatorId, at, chargingState: reading.chargingState };
    await manager.save(meterValues, { ...about, ...values });
    await manager.save(outbox, event);
  });
}
