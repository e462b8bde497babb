import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { TObject, TSchema } from 'typebox';

export interface EndpointDescription {
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  readonly answer?: TSchema;
  /** Of the answer; JSON, if absent. */
  readonly contentType?: string;
  /** HTTP status of the answer; 200, if absent. */
  readonly status?: number;
}

type SchemaObject = Extract<Parameters<typeof ApiResponse>[0], { schema: unknown }>['schema'];

/** Describes a handler with the schemas that it checks by. */
export function Endpoint({
  summary,
  params,
  query,
  body,
  answer,
  contentType = 'application/json',
  status = 200,
}: EndpointDescription): MethodDecorator {
  const content = answer && { content: { [contentType]: { schema: asOpenApi(answer) } } };
  return applyDecorators(
    ApiOperation({ summary }),
    ...membersOf(params).map(({ name, schema }) => ApiParam({ name, schema })),
    ...membersOf(query).map(({ name, schema, required }) => ApiQuery({ name, schema, required })),
    ...(body ? [ApiBody({ schema: asOpenApi(body), required: true })] : []),
    ApiResponse({ status, description: summary, ...content }),
  );
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
