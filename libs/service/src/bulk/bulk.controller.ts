import { HttpCode, Inject, Post, Query, Req, Res, type Type as Class } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import type { Request, Response } from 'express';
import { type Static, type TObject, type TProperties, Type } from 'typebox';
import type { ServiceName } from '../definition.js';
import { ApiController } from '../http/api-controller.js';
import { TakesBody } from '../http/body.js';
import { type Caller, CallerOf, Needs, type RankedRole } from '../http/caller.js';
import { checked } from '../http/checked.js';
import { Endpoint } from '../http/endpoint.js';
import { nameSchemas } from '../http/name-schemas.js';
import { BULK_BYTES, BULK_LINES, Bulk, type BulkRow, JSON_LINES, type Outcome } from './bulk.js';
import { BulkQuery, bulkAnswerOf } from './bulk.schema.js';

/** What can be put in bulk, as its `PUT` takes it: a row is the path parameter and the members of the body. */
export interface BulkOf<Service, Params extends TObject, Body extends TObject> {
  /** The rows are taken at `POST <path>/bulk`. */
  readonly path: string;
  readonly summary: string;
  /** Of the path of the `PUT`: one parameter, the id. */
  readonly params: Params;
  readonly body: Body;
  /** The role that the `PUT` needs; operator, if absent. */
  readonly needs?: RankedRole;
  /** Members of a result that are shown this once. */
  readonly shown?: TProperties;
  readonly service: Class<Service>;
  locks?(params: Static<Params>, caller: Caller): readonly string[];
  /** What the `PUT` does, in a transaction with others; what it has to know of the caller is found out beforehand. */
  put(service: Service, caller: Caller): PutRow<Params, Body> | Promise<PutRow<Params, Body>>;
}

type PutRow<Params extends TObject, Body extends TObject> = (
  tx: Transaction,
  params: Static<Params>,
  body: Static<Body>,
) => Promise<Outcome>;

/** A controller that takes rows in bulk. */
export function bulkController<Service, Params extends TObject, Body extends TObject>(
  of: ServiceName,
  resource: BulkOf<Service, Params, Body>,
): Class {
  const { path, summary, params, body, needs = 'operator', shown = {}, service } = resource;
  const row = Type.Object({ ...params.properties, ...body.properties });
  const result = bulkAnswerOf(shown);
  const name = (body as { title?: string }).title?.replace(/Body$/, '') ?? path;
  nameSchemas({ [`${name}Row`]: row, [`${name}RowResult`]: result });
  const rows = rowsOf(resource);

  @ApiController(of, path)
  class BulkController {
    constructor(
      @Inject(service) private readonly puts: Service,
      private readonly bulk: Bulk,
      private readonly database: Database,
    ) {}

    @Post('bulk')
    @HttpCode(200)
    @Needs(needs)
    @TakesBody({ as: 'stream', types: [JSON_LINES] })
    @Endpoint({
      summary: `${summary}: up to ${BULK_LINES} JSON lines and ${BULK_BYTES / 1_000_000} MB, each row as its PUT; answers a line for each`,
      query: BulkQuery,
      body: row,
      answer: result,
      contentType: JSON_LINES,
    })
    async put(
      @CallerOf() caller: Caller,
      @Query(checked(BulkQuery)) { dryRun = false }: Static<typeof BulkQuery>,
      @Req() request: Request,
      @Res() response: Response,
    ): Promise<void> {
      const put = await resource.put(this.puts, caller);
      const rowOf = (value: unknown): BulkRow => rows(value, caller, put);
      const { operatorId } = caller;
      const work = { kind: path, database: this.database, operatorId, dryRun, rowOf };
      await this.bulk.answer(request, response, work);
    }
  }
  return BulkController;
}

/** Reads rows by the schemas of the path and of the body. */
function rowsOf<Service, Params extends TObject, Body extends TObject>(resource: BulkOf<Service, Params, Body>) {
  const [named = ''] = Object.keys(resource.params.properties);
  const ofParams = checked(resource.params);
  const ofBody = checked(resource.body);
  return (value: unknown, caller: Caller, put: PutRow<Params, Body>): BulkRow => {
    // Checking drops what a schema does not name: each is given its own.
    const { [named]: id, ...members } = { ...(value as Record<string, unknown>) };
    const params = ofParams.transform(id === undefined ? {} : { [named]: id }, { type: 'body' });
    return {
      id: String(id),
      locks: resource.locks?.(params, caller) ?? [],
      put: (tx) => put(tx, params, ofBody.transform(members, { type: 'body' })),
    };
  };
}
