import { isDeepStrictEqual } from 'node:util';

type Node = Record<string, unknown>;

/**
 * Takes each schema that has a name (`nameSchemas`) out of a part of the API description, and refers to it there: clients that are
 * generated get a type for each, and no second one of the same. Two schemas of one name end the start.
 * @param named where they are put, by their names
 */
export function referToNamed<Part>(part: Part, named: Node): Part {
  const replaced = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, replaced(member)]);
    const { title, ...schema } = Object.fromEntries(members) as Node;
    if (typeof title !== 'string') return title === undefined ? schema : { title, ...schema };
    if (title in named && !isDeepStrictEqual(named[title], schema)) throw new Error(`two schemas are named ${title}`);
    named[title] = schema;
    return { $ref: `#/components/schemas/${title}` };
  };
  return replaced(part) as Part;
}
