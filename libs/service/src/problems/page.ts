import type { ServiceDefinition } from '../definition.js';
import { handlersOf } from '../http/handlers-of.js';
import { type Entry, catalogue } from './catalogue.js';
import { PROBLEMS } from './declared.js';

const HEAD = `# Errors

This page is made from the catalogue of problems and the operations that declare them (\`npm run pages\`); a test compares them.

Errors are problem documents (RFC 9457). Programs go by \`code\`, which stays; texts may change. \`detail\` says more, \`errors\` has
everything that is wrong with a body at once, and \`traceId\` finds the request in logs and traces. OCPI has its own status codes.
`;

/** \`docs/errors.md\`. */
export function errorsPage(services: readonly Pick<ServiceDefinition, 'module'>[]): string {
  const operations = operationsByCode(services);
  const parts = Object.values(catalogue).map(({ title, about, problems }) => {
    const rows = Object.entries<Entry>(problems).map(([code, entry]) => rowOf(code, entry, operations.get(code)));
    const table = [['code', 'status', 'meaning', 'what to do', 'operations'], Array<string>(5).fill('---'), ...rows];
    return `## ${title}\n\n${about}\n\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
  });
  return `${HEAD}\n${parts.join('\n')}`;
}

function rowOf(code: string, [status, meaning, remedy]: Entry, operations: readonly string[] = ['any']): string[] {
  return [`\`${code}\``, String(status), meaning, remedy, operations.join('<br>')];
}

function operationsByCode(services: readonly Pick<ServiceDefinition, 'module'>[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { operation, declared } of services.flatMap(handlersOf)) {
    for (const code of (declared(PROBLEMS) ?? []) as readonly string[])
      found.set(code, [...(found.get(code) ?? []), `\`${operation}\``]);
  }
  return found;
}
