import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { RequestHandler } from 'express';
import { type Operation, describeOperation } from './describe-operation.js';
import { exampleOf } from './example-of.js';
import { KEEP_KEY } from './keep-key.js';
import { referToNamed } from './named-schemas.js';
import { Problem } from './problem.schema.js';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
const SCRIPT = '/api/docs/keep-key.js';

/** Serves the description of all handlers as OpenAPI 3.1 and as pages to try them. */
export function serveOpenApi(app: INestApplication): void {
  app.use('/api/docs', pageHeaders);
  app.use(SCRIPT, keepKey);
  SwaggerModule.setup('api/docs', app, describe(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customJs: SCRIPT,
    customSiteTitle: 'chargemesh API',
    swaggerOptions: { docExpansion: 'none', filter: true, displayRequestDuration: true, tagsSorter: 'alpha' },
  });
}

/** Swagger UI: own scripts, inline styles, images as data. */
const PAGES =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const pageHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('content-security-policy', PAGES);
  response.removeHeader('cache-control');
  next();
};

const keepKey: RequestHandler = (_request, response) => {
  response.type('text/javascript').send(KEEP_KEY);
};

const ABOUT = `Lists answer \`items\` and \`nextCursor\`, to be sent as \`cursor\` with the same parameters. Parameters that an operation does not name are refused.

Errors are problem documents (RFC 9457) with a \`code\`; \`errors\` has everything that is wrong with a body at once. Each operation names the codes that it may be refused with (\`x-problems\`).

POST takes an \`Idempotency-Key\`, and is carried out once however often it is sent. What is read has an \`ETag\`, by which a PUT or DELETE (\`If-Match\`) is refused where somebody else was first.`;

function describe(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('chargemesh')
    .setDescription(ABOUT)
    .setVersion('1')
    .addBearerAuth({ type: 'http', description: 'An API key (`cmk_…`) or an OpenID Connect access token.' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'Authorization', description: 'Of OCPI: `Token …`' }, 'ocpi-token')
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, about, { autoTagControllers: false });
  const schemas: Record<string, object> = { Problem };
  const paths = referToNamed(document.paths, schemas);
  describeOperations(paths, schemas);
  return { ...document, paths, components: { ...document.components, schemas } };
}

function describeOperations(paths: OpenAPIObject['paths'], schemas: Readonly<Record<string, object>>): void {
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of METHODS) {
      const operation = operations[method] as Operation | undefined;
      if (!operation) continue;
      // By path: services share controllers' names, but an operation's id is unique in the document.
      operation.operationId = `${method}${path.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '')}`;
      if (!operation.responses['default']) describeOperation(operation, method);
      giveExamples(operation, schemas);
    }
  }
}

/** Of what is sent and what is answered. */
function giveExamples({ requestBody, responses }: Operation, schemas: Readonly<Record<string, object>>): void {
  for (const part of [requestBody, ...Object.values(responses)] as ({ content?: Contents } | undefined)[]) {
    for (const [type, one] of Object.entries(part?.content ?? {})) {
      if (!type.endsWith('problem+json') && one.schema) one.example ??= exampleOf(one.schema, schemas);
    }
  }
}

type Contents = Record<string, { schema?: object; example?: unknown }>;
