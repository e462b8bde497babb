import { randomBytes } from 'node:crypto';
import {
  Body,
  Get,
  HttpCode,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Param,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { type Bind, Database, KeysetList, rowSecurity } from '@chargemesh/persistence';
import { asAdmin, migratedDatabase } from '@chargemesh/persistence/testing';
import type { RequestHandler } from 'express';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Type, type Static } from 'typebox';
import {
  ApiController,
  ApiList,
  Audit,
  type Caller,
  CallerOf,
  type Clock,
  Endpoint,
  InSteps,
  LOGGER,
  type Environment,
  ForHotline,
  Needs,
  type QueryOf,
  type Running,
  SecretHasher,
  ServiceModule,
  type ServiceDefinition,
  type ServiceName,
  TakesBody,
  checked,
  nameSchemas,
  problem,
  schemasOf,
  startServices,
} from '../index.js';
import { PLATFORM, type Platform } from '../platform/platform.js';

export const SECRET_KEY = 'a-secret-key-that-no-log-line-may-show';
export const INSTALLATION_API_KEY = 'an-installation-key-that-no-log-line-may-show';

class Things1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE things (thing_id text PRIMARY KEY, operator_id uuid NOT NULL, name text NOT NULL);
      ${rowSecurity('things')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE things');
  }
}

const ThingParams = Type.Object({ thingId: Type.String({ maxLength: 20 }) });
const ThingBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  tags: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 10, uniqueItems: true })),
});
const ThingView = Type.Object({ thingId: Type.String(), name: Type.String() });
nameSchemas({ ThingBody, Thing: ThingView });
const things = new ApiList(
  new KeysetList<Static<typeof ThingView>>({
    from: 'things',
    columns: 'thing_id AS "thingId", name',
    key: { thing_id: 'text' },
    filters: { named: { sql: (named: boolean, bind: Bind) => `(t.name <> '') = ${bind(named)}`, samples: [true] } },
  }),
  { order: 'oldest', filters: { named: Type.Optional(Type.Boolean()) } },
);

/** Lets browsers of another site ask, as a module may for routes of its own. */
const openToShop: RequestHandler = (request, response, next) => {
  response.setHeader('access-control-allow-origin', 'https://shop.example');
  if (request.method === 'OPTIONS') response.status(204).end();
  else next();
};

/** What a POST of a thing of this name waits for between its two transactions, in all platforms of a test. */
export const heldThings = new Map<string, () => Promise<void>>();

/** Counts the requests that take their time, of all platforms of a test, which is until somebody lets them be answered. */
export const slowRequests: { begun: number; answered: Promise<void> } = { begun: 0, answered: Promise.resolve() };

/** The smallest service that has what services have: a table, a resource, a list. */
export function thingsService(name: ServiceName, schema: string): ServiceDefinition {
  @ApiController(name, 'things')
  class ThingsController {
    constructor(
      @Inject(Database) private readonly database: Database,
      @Inject(Audit) private readonly audit: Audit,
      @Inject(LOGGER) private readonly logger: Logger,
    ) {}

    @Put(':thingId')
    @Endpoint({ summary: 'Put a thing', params: ThingParams, body: ThingBody, answer: ThingView })
    put(
      @CallerOf() caller: Caller,
      @Param(checked(ThingParams)) { thingId }: Static<typeof ThingParams>,
      @Body(checked(ThingBody)) body: Static<typeof ThingBody>,
    ) {
      return this.database.transaction([caller.operatorId], async (tx) => {
        await tx.query('INSERT INTO things (thing_id, operator_id, name) VALUES ($1, $2, $3)', [
          thingId,
          caller.operatorId,
          body.name,
        ]);
        await this.audit.add(tx, caller, 'create', 'thing', thingId, body);
        this.logger.info({ thingId }, 'a thing was put');
        return { thingId, ...body };
      });
    }

    @Post()
    @ForHotline()
    @Endpoint({ summary: 'Add a thing', body: ThingBody, answer: ThingView, status: 201 })
    async add(@CallerOf() caller: Caller, @Body(checked(ThingBody)) { name: said }: Static<typeof ThingBody>) {
      const { thingId, name } = await this.insert(caller, said);
      await heldThings.get(name)?.();
      await this.database.transaction([caller.operatorId], async (tx) => {
        if (name.startsWith('refused')) throw problem('conflict');
        await this.audit.add(tx, caller, 'create', 'thing', thingId, { name });
      });
      return { thingId, name };
    }

    @Post('in-steps')
    @InSteps()
    @Endpoint({ summary: 'Add a thing and wait', body: ThingBody, answer: ThingView, status: 201 })
    async addInSteps(@CallerOf() caller: Caller, @Body(checked(ThingBody)) { name }: Static<typeof ThingBody>) {
      const added = await this.insert(caller, name);
      await heldThings.get(name)?.();
      return added;
    }

    private insert({ operatorId }: Caller, name: string) {
      const thingId = randomBytes(8).toString('hex');
      const row = [thingId, operatorId, name];
      return this.database.transaction([operatorId], async (tx) => {
        await tx.query('INSERT INTO things (thing_id, operator_id, name) VALUES ($1, $2, $3)', row);
        return { thingId, name };
      });
    }

    /** As webhooks are taken, whose signature is over the bytes. */
    @Post('signed')
    @HttpCode(200)
    @TakesBody({ as: 'raw', types: ['application/x-signed'] })
    @Endpoint({ summary: 'Take what is signed', body: Type.String() })
    signed(@Body() body: Buffer) {
      return { hex: body.toString('hex') };
    }

    @Get('refused')
    @Needs('admin')
    refused(): never {
      throw problem('station-not-connected', { stationId: 'S1' });
    }

    @Get('broken')
    broken(): never {
      throw new Error('inner workings of the house');
    }

    @Get('slow')
    async slow() {
      slowRequests.begun += 1;
      await slowRequests.answered;
      return { slow: true };
    }

    @Get()
    @Endpoint({ summary: 'The things', list: things, answer: ThingView })
    list(@CallerOf() { operatorId }: Caller, @Query(checked(things.query)) query: QueryOf<typeof things>) {
      return this.database.transaction([operatorId], (tx) => things.page(tx, operatorId, query, (row) => row));
    }
  }

  @Module({ imports: [ServiceModule.for(name)], controllers: [ThingsController] })
  class ThingsModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(openToShop).forRoutes(`api/${name}/v1/things/signed`);
    }
  }

  return { name, schema, module: ThingsModule, settings: {}, entities: [], migrations: [Things1800000000000] };
}

export interface TestPlatform extends Running {
  readonly platform: Platform;
  readonly adminUrl: string;
  /** Everything that was logged, one JSON object per line. */
  readonly log: string[];
}

/** Two services in one process, on a database and an embedded log of their own. */
export async function startTestPlatform(
  given: { environment?: Environment; clock?: Clock; spanProcessors?: SpanProcessor[] } = {},
): Promise<TestPlatform> {
  const services = [thingsService('sessions', 'sessions'), thingsService('tariffs', 'tariffs')];
  const { adminUrl, urls, drop } = await migratedDatabase(schemasOf(services));
  const log: string[] = [];
  try {
    const running = await startServices({
      services,
      environment: {
        HOST: '127.0.0.1',
        PORT: '0',
        MANAGEMENT_PORT: '0',
        LOG_LEVEL: 'trace',
        TRANSPORT: 'embedded',
        SECRET_KEY,
        INSTALLATION_API_KEY,
        ...urls,
        ...given.environment,
      },
      overrides: {
        ...(given.clock ? { clock: given.clock } : {}),
        ...(given.spanProcessors ? { spanProcessors: given.spanProcessors } : {}),
        logDestination: { write: (line) => void log.push(line) },
      },
    });
    return {
      ...running,
      platform: running.app.get<Platform>(PLATFORM),
      adminUrl,
      log,
      async stop() {
        const inTime = await running.stop();
        await drop();
        return inTime;
      },
    };
  } catch (error) {
    await drop();
    throw new Error(`The test platform did not start:\n${log.slice(-5).join('')}`, { cause: error });
  }
}

/** Runs one statement as the administrator, behind row security. */
export async function queryAsAdmin<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await asAdmin(url, (admin) => admin.query<Row>(sql, values))).rows;
}

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Sends a request; a body that is not text is sent as JSON. */
export async function ask(
  url: string,
  {
    method = 'GET',
    key,
    body,
    headers = {},
  }: { method?: string; key?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: (json ? JSON.parse(text) : { text }) as Answer['body'],
  };
}

/** Gives a service an API key as it would know it from device-management; answers the key. */
export async function knowApiKey(
  { adminUrl }: TestPlatform,
  schema: string,
  {
    operatorId,
    role = 'operator',
    expiresAt,
    deleted = false,
  }: { operatorId: string; role?: string; expiresAt?: string; deleted?: boolean },
): Promise<string> {
  const key = `cmk_${randomBytes(32).toString('base64url')}`;
  await queryAsAdmin(
    adminUrl,
    `INSERT INTO ${schema}.known_api_keys (api_key_id, operator_id, version, hash, role, expires_at, deleted)
     VALUES (gen_random_uuid(), $1, 1, $2, $3, $4, $5)`,
    [operatorId, new SecretHasher(SECRET_KEY).hash(key), role, expiresAt ?? null, deleted],
  );
  return key;
}

export { until } from '@chargemesh/waiting';
