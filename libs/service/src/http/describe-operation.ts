import type { OpenAPIObject } from '@nestjs/swagger';
import { JSON_LINES } from '../bulk/bulk.js';
import { type ProblemCode, problems } from '../problems/catalogue.js';
import { LIMITED_EXTENSIONS, ROLE_EXTENSION, usualRole } from './caller.js';
import { ETAG_EXTENSION } from './etag.js';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  [ROLE_EXTENSION]?: string;
  [LIMITED_EXTENSIONS.hotline]?: boolean;
  [LIMITED_EXTENSIONS.terminal]?: boolean;
  [ETAG_EXTENSION]?: boolean;
  [PROBLEMS_EXTENSION]?: readonly ProblemCode[];
};

/** Member of an operation in the API description: the codes of what it may be refused with, its own (`@Problems`) and those of any. */
export const PROBLEMS_EXTENSION = 'x-problems';

/** Says of an operation what follows from what it is: its role, its headers, and what it may be refused with. */
export function describeOperation(operation: Operation, method: string): void {
  const isOpen = operation.security !== undefined;
  const role = isOpen ? undefined : sayRole(operation, method);
  const isKeyed = method === 'post' && role !== undefined && role !== 'viewer' && !isInBulk(operation);
  const isTagged = operation[ETAG_EXTENSION] === true;
  const isConditional = isTagged && (method === 'put' || method === 'delete');
  if (isKeyed) addHeaders(operation, [idempotencyKey]);
  if (isConditional) addHeaders(operation, method === 'put' ? [ifMatch, ifNoneMatch] : [ifMatch]);
  if (isTagged) sayTag(operation);
  const follows: [boolean, readonly ProblemCode[]][] = [
    [true, [...ALWAYS, ...(operation[PROBLEMS_EXTENSION] ?? [])]],
    [isOpen, ['too-many-requests']],
    [!isOpen, ['unauthorized', 'forbidden']],
    [isKeyed, KEYED],
    [isConditional, ['precondition-failed']],
    [operation.requestBody !== undefined, ['payload-too-large', 'unsupported-media-type']],
  ];
  const codes = follows.flatMap(([does, some]) => (does ? some : []));
  sayProblems(operation, [...new Set(codes)].sort());
}

const ALWAYS = [
  'bad-request',
  'parameter-unknown',
  'text-not-storable',
  'not-found',
  'internal',
  'unavailable',
] as const;
const KEYED = ['idempotency-key-in-progress', 'idempotency-key-reused', 'idempotent-answer-unreadable'] as const;

function sayRole(operation: Operation, method: string): string {
  const role = (operation[ROLE_EXTENSION] ??= usualRole(method));
  const limited = (['hotline', 'terminal'] as const).filter((one) => operation[LIMITED_EXTENSIONS[one]] === true);
  operation.description = `Needs the role ${[role, ...limited].join(' or ')}.`;
  return role;
}

function addHeaders(operation: Operation, headers: NonNullable<Operation['parameters']>): void {
  operation.parameters = [...(operation.parameters ?? []), ...headers];
}

function sayTag({ responses }: Operation): void {
  const answer = responses['200'];
  if (answer && !('$ref' in answer)) answer.headers = { ...answer.headers, ETag: { schema: { type: 'string' } } };
}

/** A response for each status, which names the codes that come with it. */
function sayProblems(operation: Operation, codes: readonly ProblemCode[]): void {
  operation[PROBLEMS_EXTENSION] = codes;
  for (const status of new Set(codes.map((code) => problems[code][0]))) {
    const some = codes.filter((code) => problems[code][0] === status);
    const description = some.map((code) => `\`${code}\`: ${problems[code][1]}`).join(' ');
    operation.responses[status] = { description, content: PROBLEM };
  }
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** What is put in bulk is put again without harm. */
function isInBulk({ requestBody }: Operation): boolean {
  return requestBody !== undefined && !('$ref' in requestBody) && JSON_LINES in requestBody.content;
}

const ifMatch = header(
  'If-Match',
  'ETag of the resource as it was read: if it is another one now, nothing is changed (412)',
);
const ifNoneMatch = header(
  'If-None-Match',
  '`*`: the resource is created, and nothing is changed if it is there (412)',
);

/** Of each POST that changes something. */
const idempotencyKey = header(
  'Idempotency-Key',
  'Unique for each request, such as a UUID. Sent again with it within a day, the request is answered as before (`Idempotent-Replayed: true`) and not carried out once more.',
);

function header(name: string, description: string) {
  return { name, in: 'header' as const, required: false, description, schema: { type: 'string' as const } };
}
