import type { ServiceDefinition } from '../definition.js';
import { type Environment, type Shape, databaseUrl, fileSettingOf, serviceNames } from '../settings/index.js';
import { databaseUrlShape } from './database-settings.js';
import { platformShape } from './settings.js';

/** What only `migrate` reads. */
export const migrationShape = {
  ADMIN_DATABASE_URL: databaseUrl.means(
    'Of a role that may create roles and schemas. Only `migrate` reads it, and sets up the roles of services with the passwords of their URLs.',
  ),
};

/** Shorter names are one slip away from many others. */
const SHORTEST_COMPARED = 6;
const SLIPS_MAX = 2;

/** Environment variables that are no settings, and nearly are: they would be ignored in silence. */
export function misspelledIn(
  environment: Environment,
  services: readonly ServiceDefinition[],
): { name: string; meant: string }[] {
  const known = knownNames(services);
  const strange = Object.keys(environment).filter((name) => !known.has(name) && name.length >= SHORTEST_COMPARED);
  return strange.flatMap((name) => {
    const meant = [...known].find((other) => other.length >= SHORTEST_COMPARED && slips(name, other) <= SLIPS_MAX);
    return meant === undefined ? [] : [{ name, meant }];
  });
}

function knownNames(services: readonly ServiceDefinition[]): ReadonlySet<string> {
  const shapes: Shape[] = [platformShape, migrationShape, databaseUrlShape(serviceNames)];
  const single = { DATABASE_URL: databaseUrl };
  const settings = [...shapes, single, ...services.map((service) => service.settings)].flatMap(Object.entries) as [
    string,
    Shape[string],
  ][];
  return new Set(settings.flatMap(([name, { about }]) => (about.secret ? [name, fileSettingOf(name)] : [name])));
}

/** How many letters are missing, too many or others (Levenshtein); more than `SLIPS_MAX` is not counted. */
function slips(name: string, other: string): number {
  if (Math.abs(name.length - other.length) > SLIPS_MAX) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...name].entries()) {
    const next = [at + 1];
    for (const [index, expected] of [...other].entries()) {
      const kept = (row[index] ?? 0) + (letter === expected ? 0 : 1);
      next.push(Math.min(kept, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
