import { randomBytes } from 'node:crypto';
import {
  ApiKeyState,
  type DataOf,
  type Event,
  OperatorState,
  type Role,
  type Topic,
  type WireRecord,
  fromWire,
  newEvent,
} from '@chargemesh/contracts';
import { type Producer, embeddedLog } from '@chargemesh/messaging';
import {
  type Environment,
  type Overrides,
  PLATFORM,
  PRODUCER,
  type Platform,
  type Running,
  SecretHasher,
  type ServiceDefinition,
  type StartOptions,
  UNDECLARED,
  schemasOf,
  startServices,
} from '@chargemesh/service';
import type { Connection } from '@chargemesh/persistence';
import { asAdmin, migratedDatabase } from '@chargemesh/persistence/testing';
import { until } from '@chargemesh/waiting';
import { v7 as uuidv7 } from 'uuid';

export const INSTALLATION_API_KEY = 'installation-key-of-a-test-0123456789';
const SECRET_KEY = 'secret-key-of-a-test-01234567890123456789';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Services on a database and an embedded log of their own, listening on a free port. */
export interface TestServices extends Running {
  readonly adminUrl: string;
  /** Asks with a bearer credential, and reads the answer as JSON. */
  ask<Body>(credential: string, method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** Writes events to the log, as another service would. */
  send(events: readonly Event[]): Promise<void>;
  /** Until the services have handled all that is in the log; what they write by that is not waited for. */
  handled(): Promise<void>;
  /** The events of a topic that services have written until now, in the order of each key. */
  told(topic: Topic): Promise<Event[]>;
  /** Tells the services of an operator and a key to its API, as device-management would; returns the key once all know it. */
  admit(operator: {
    operatorId: string;
    countryCode?: string;
    partyId?: string;
    role?: Role;
    settings?: OperatorSettings;
  }): Promise<string>;
}

interface TestDatabase {
  readonly adminUrl: string;
  readonly schemas: readonly string[];
}

/** How the operator's sessions are billed; what is left out is as the default has it. */
type OperatorSettings = Pick<DataOf<typeof OperatorState>, 'believedEnergyWh' | 'believedPowerFactor' | 'freeStarts'>;

export async function startTestServices(
  services: readonly ServiceDefinition[],
  {
    environment: given = {},
    databaseAt,
    modules = [],
    ...observed
  }: {
    environment?: Environment;
    /** Address by which the services reach their database, in the place of the server's own. */
    databaseAt?: string;
    /** Of the composition, beside those of the services. */
    modules?: StartOptions['modules'];
  } & Pick<Overrides, 'clock' | 'spanProcessors'> = {},
): Promise<TestServices> {
  const { adminUrl, urls, drop } = await migratedDatabase(schemasOf(services));
  const log: string[] = [];
  try {
    const environment = {
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      TRANSPORT: 'embedded',
      SECRET_KEY,
      INSTALLATION_API_KEY,
      ...at(databaseAt, urls),
      ...given,
    };
    const overrides = { ...observed, logDestination: { write: (line: string) => void log.push(line) } };
    const running = await startServices({ services, modules, environment, overrides });
    const database = { adminUrl, schemas: Object.values(schemasOf(services)).map(({ schema }) => schema) };
    return {
      ...running,
      adminUrl,
      ...conversation(running, database),
      handled: () => untilHandled(running.app.get<Platform>(PLATFORM, { strict: false })),
      told: (topic) => read(database, topic),
      async stop() {
        const inTime = await running.stop().finally(drop);
        const undeclared = log.filter((line) => line.includes(UNDECLARED));
        if (undeclared.length > 0) throw new Error(undeclared.join(''));
        return inTime;
      },
    };
  } catch (error) {
    await drop();
    throw new Error(`The services did not start:\n${log.slice(-5).join('')}`, { cause: error });
  }
}

/** The embedded log holds its session on the connections it has: it goes to the server itself. */
function at(address: string | undefined, urls: Record<string, string>): Record<string, string> {
  if (address === undefined) return urls;
  const moved = Object.entries(urls).map(([name, given]) => {
    const url = new URL(given);
    if (!name.startsWith('EMBEDDED_LOG')) url.host = address;
    return [name, url.toString()];
  });
  return Object.fromEntries(moved) as Record<string, string>;
}

function conversation({ app, url }: Running, database: TestDatabase): Pick<TestServices, 'ask' | 'send' | 'admit'> {
  const producer = app.get<Producer>(PRODUCER, { strict: false });
  const send = (events: readonly Event[]) => producer.send(events);
  return {
    send,
    async ask<Body>(credential: string, method: string, path: string, body?: unknown): Promise<Answer<Body>> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text ? JSON.parse(text) : undefined) as Body,
      };
    },
    async admit({ operatorId, countryCode = 'DE', partyId = 'ABC', role = 'admin', settings = {} }) {
      const apiKey = `cmk_${randomBytes(32).toString('base64url')}`;
      const hash = app.get(SecretHasher, { strict: false }).hash(apiKey);
      const [about, version] = [
        { operatorId, time: '2026-01-01T00:00:00Z' },
        { version: 1, deleted: false },
      ];
      const operator = { operatorId, name: 'Operator', countryCode, partyId, currency: 'EUR' };
      const apiKeyId = uuidv7();
      await send([
        newEvent(OperatorState, {
          ...about,
          data: { ...operator, authorizationDefault: 'Invalid', ...settings, ...version },
        }),
        newEvent(ApiKeyState, {
          ...about,
          data: { apiKeyId, operatorId, name: 'test', hash, role, ...version },
        }),
      ]);
      await keyIsKnown(database, apiKeyId);
      return apiKey;
    },
  };
}

function untilHandled({ messaging }: Platform): Promise<void> {
  return until(async () => (await messaging.lag()).every(({ records }) => records === 0));
}

/** A service that has not read of a key yet answers 401. */
async function keyIsKnown({ adminUrl, schemas }: TestDatabase, apiKeyId: string): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    for (const schema of await having(admin, schemas, 'known_api_keys'))
      await until(async () => {
        const known = `SELECT 1 FROM ${schema}.known_api_keys JOIN ${schema}.known_operators USING (operator_id) WHERE api_key_id = $1`;
        return (await admin.query(known, [apiKeyId])).rows.length > 0;
      });
  });
}

async function having(admin: Connection, schemas: readonly string[], table: string): Promise<string[]> {
  const { rows } = await admin.query<{ schema: string }>(
    `SELECT table_schema AS schema FROM information_schema.tables
     WHERE table_schema = ANY ($1) AND table_name = $2`,
    [schemas, table],
  );
  return rows.map(({ schema }) => schema);
}

async function read({ adminUrl, schemas }: TestDatabase, topic: Topic): Promise<Event[]> {
  return asAdmin(adminUrl, async (admin) => {
    for (const schema of await having(admin, schemas, 'outbox')) await relayed(admin, schema);
    const { rows } = await admin.query<WireRecord>(
      `SELECT key, value, headers FROM ${embeddedLog.schema}.log_records WHERE topic = $1 ORDER BY partition, log_offset`,
      [topic.name],
    );
    return rows.flatMap((row) => fromWire(topic, row) ?? []);
  });
}

/** What was committed with a change is in the log only a while after it. */
async function relayed(admin: Connection, schema: string): Promise<void> {
  const { rows } = await admin.query<{ last: string | null }>(`SELECT max(id) AS last FROM ${schema}.outbox`);
  const left = `SELECT 1 FROM ${schema}.outbox WHERE id <= $1 LIMIT 1`;
  await until(async () => (await admin.query(left, [rows[0]?.last ?? null])).rows.length === 0);
}
