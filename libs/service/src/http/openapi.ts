import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { JSON_LINES } from '../bulk/bulk.js';
import { ETAG_EXTENSION } from './etag.js';
import { ROLE_EXTENSION, usualRole } from './caller.js';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Serves the description of all handlers as OpenAPI 3.1 and as pages to try them. */
export function serveOpenApi(app: INestApplication): void {
  app.use('/api/docs', pageHeaders);
  SwaggerModule.setup('api/docs', app, describe(app), { jsonDocumentUrl: 'api/openapi.json', raw: ['json'] });
}

/** Swagger UI: own scripts, inline styles, images as data. */
const PAGES =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const pageHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', PAGES);
  response.removeHeader('cache-control');
  next();
};

function describe(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('chargemesh')
    .setDescription(
      'Lists answer `items` and `nextCursor`, to be sent as `cursor` with the same parameters. Parameters that an operation does not name are refused. Errors are problem documents (RFC 9457) with a `code`; `errors` has everything that is wrong with a body at once.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', description: 'An API key (`cmk_…`) or an OpenID Connect access token.' }, 'bearer')
    .addSecurityRequirements('bearer')
    .addGlobalResponse({
      status: 'default',
      description: 'A problem document',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    .build();
  const document = SwaggerModule.createDocument(app, about, { autoTagControllers: false });
  nameOperations(document);
  return { ...document, components: { ...document.components, schemas: { ...document.components?.schemas, Problem } } };
}

/** By path: services share controllers' names, but an operation's id is unique in the document. */
function nameOperations(document: OpenAPIObject): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (!operation) continue;
      operation.operationId = `${method}${path.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`;
      describePreconditions(operation as Described & typeof operation, method);
      if (operation.security !== undefined) continue;
      const role = sayRole(operation as Described, method);
      if (method === 'post' && role !== 'viewer' && !isInBulk(operation))
        operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
    }
  }
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Described = { description?: string; [ROLE_EXTENSION]?: string; [ETAG_EXTENSION]?: boolean };

function sayRole(operation: Described, method: string): string {
  const role = (operation[ROLE_EXTENSION] ??= usualRole(method));
  operation.description = `Needs the role ${role}.`;
  return role;
}

/** Who puts a resource may say which it wants to change; its answers tell the tag. */
function describePreconditions(operation: Described & Operation, method: string): void {
  if (!operation[ETAG_EXTENSION]) return;
  if (method === 'put') operation.parameters = [...(operation.parameters ?? []), ...preconditions];
  const answer = operation.responses['200'];
  if (answer && !('$ref' in answer)) answer.headers = { ...answer.headers, ETag: { schema: { type: 'string' } } };
}

const preconditions = [
  ['If-Match', 'ETag of the resource as it was read: if it is another one now, nothing is changed (412)'],
  ['If-None-Match', '`*`: the resource is created, and nothing is changed if it is there (412)'],
].map(([name = '', description = '']) => ({
  name,
  in: 'header' as const,
  required: false,
  description,
  schema: { type: 'string' as const },
}));

/** What is put in bulk is put again without harm. */
function isInBulk({ requestBody }: Operation): boolean {
  return requestBody !== undefined && !('$ref' in requestBody) && JSON_LINES in requestBody.content;
}

/** Of each POST that changes something. */
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Unique for each request, such as a UUID. Sent again with it within a day, the request is answered as before (`Idempotent-Replayed: true`) and not carried out once more.',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
} as const;

const Problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; what programs go by' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    traceId: { type: 'string' },
    pointer: { type: 'string', description: 'JSON pointer (RFC 6901) to the first of `errors`' },
    errors: {
      type: 'array',
      description: 'Everything that is wrong with the body, query or path, at most 100',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer to what is wrong, or to where something is missing' },
          code: { type: 'string', description: 'The keyword of JSON Schema that is not met, such as `required`' },
          detail: { type: 'string', description: 'What it has to be' },
        },
      },
    },
  },
};
