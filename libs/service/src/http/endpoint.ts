import { SetMetadata, applyDecorators } from '@nestjs/common';
import type { KeysetList } from '@chargemesh/persistence';
import { ApiBody, ApiExtension, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { TObject, TSchema } from 'typebox';
import { ETAG, type ETag, ETAG_EXTENSION } from './etag.js';
import { TakesParameters } from './known-parameters.js';
import { pageOf } from './list.js';

export interface EndpointDescription {
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject | undefined;
  readonly body?: TSchema;
  readonly answer?: TSchema;
  /** Of errors; a problem document, if absent. */
  readonly fault?: TSchema;
  /** Of the answer; JSON, if absent. */
  readonly contentType?: string;
  /** What is answered by pages of `answer`, and gives the query parameters; several, where a parameter says which. */
  readonly list?: AnyList | readonly [AnyList, ...AnyList[]];
  /** Of what is answered or, by a DELETE, removed: one resource, of which PUT and DELETE may want the tag that it was read with. */
  readonly etag?: ETag<never>;
  /** HTTP status of the answer; 200, if absent. */
  readonly status?: number;
}

/** A list of whatever rows. */
export interface AnyList {
  readonly query: TObject;
  readonly rows: KeysetList<object>;
}

/** Of a handler: the lists that it gives pages of. */
export const LISTS = 'chargemesh:lists';

type SchemaObject = Extract<Parameters<typeof ApiResponse>[0], { schema: unknown }>['schema'];

/** Describes a handler with the schemas that it checks by; it takes no other parameters than those that they name. */
export function Endpoint(described: EndpointDescription): MethodDecorator {
  const lists = listsOf(described);
  return applyDecorators(
    Described(described),
    TakesParameters(Object.keys(queryOf(described)?.properties ?? {})),
    ...(lists.length > 0 ? [SetMetadata(LISTS, lists)] : []),
    ...(described.etag ? [SetMetadata(ETAG, described.etag), ApiExtension(ETAG_EXTENSION, true)] : []),
  );
}

/** Describes a handler, for the API description alone: partners may send parameters that nobody knows. */
export function Described(described: EndpointDescription): MethodDecorator {
  const { summary, params, list, body, fault, contentType = 'application/json', status = 200 } = described;
  const answer = list && described.answer ? pageOf(described.answer) : described.answer;
  const content = answer && { content: { [contentType]: { schema: asOpenApi(answer) } } };
  const failed = fault && { status: 'default' as const, description: 'An error', schema: asOpenApi(fault) };
  return applyDecorators(
    ApiOperation({ summary }),
    ...membersOf(params).map(({ name, schema }) => ApiParam({ name, schema })),
    ...membersOf(queryOf(described)).map(({ name, schema, required }) => ApiQuery({ name, schema, required })),
    ...(body ? [ApiBody({ schema: asOpenApi(body), required: true })] : []),
    ApiResponse({ status, description: summary, ...content }),
    ...(failed ? [ApiResponse(failed)] : []),
  );
}

function listsOf({ list }: EndpointDescription): readonly AnyList[] {
  return list === undefined ? [] : 'query' in list ? [list] : list;
}

function queryOf(described: EndpointDescription): TObject | undefined {
  return described.query ?? listsOf(described)[0]?.query;
}

function membersOf(of: TObject | undefined): { name: string; schema: SchemaObject; required: boolean }[] {
  const required = new Set<string>(of?.required ?? []);
  return Object.entries(of?.properties ?? {}).map(([name, schema]) => ({
    name,
    schema: asOpenApi(schema),
    required: required.has(name),
  }));
}

/** OpenAPI 3.1 takes JSON Schema as it is; the copy has no members but those. */
function asOpenApi(schema: TSchema): SchemaObject {
  return JSON.parse(JSON.stringify(schema)) as SchemaObject;
}
