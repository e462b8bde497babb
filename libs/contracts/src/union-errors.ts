import type { ErrorObject } from 'ajv';

/** So many are looked at: each union is compared with all of them. */
const LOOKED_AT = 1_000;

/**
 * What is wrong with a value, without what is wrong with it as other members of a union: a checker reports the errors of
 * every member, of which the sender meant one.
 */
export function meantErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = errors.slice(0, LOOKED_AT);
  const unions = left.filter(({ keyword }) => keyword === 'anyOf');
  // The outer ones first: what is left of them is looked at again.
  for (const union of unions.toSorted((a, b) => a.schemaPath.length - b.schemaPath.length))
    if (left.includes(union)) left = withoutOthers(left, union);
  return left;
}

function withoutOthers(errors: readonly ErrorObject[], union: ErrorObject): ErrorObject[] {
  const { instancePath, schemaPath } = union;
  const members = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    if (!error.schemaPath.startsWith(`${schemaPath}/`) || !isWithin(error.instancePath, instancePath)) continue;
    const [index = ''] = error.schemaPath.slice(schemaPath.length + 1).split('/');
    members.set(index, [...(members.get(index) ?? []), error]);
  }
  const all = [...members.values()];
  const possible = all.filter((member) => !member.some((error) => isOther(error, instancePath)));
  const meant = possible.toSorted((a, b) => a.length - b.length)[0] ?? [noneOf(all.flat(), union)];
  const noise = new Set([...all.flat(), union]);
  const at = errors.findIndex((error) => noise.has(error));
  const others = errors.filter((error) => !noise.has(error));
  return [...others.slice(0, at), ...meant, ...others.slice(at)];
}

/** Whether an error says that the member was not meant: the type is another, or the word that tells members apart. */
function isOther({ keyword, instancePath }: ErrorObject, path: string): boolean {
  if (keyword === 'type') return instancePath === path;
  return keyword === 'const' && isWithin(instancePath, path) && !instancePath.slice(path.length + 1).includes('/');
}

/** The union's own error; where members are told apart by a word, that it is none of theirs. */
function noneOf(errors: readonly ErrorObject[], union: ErrorObject): ErrorObject {
  const words = errors.filter(({ keyword }) => keyword === 'const');
  const [first] = words;
  if (first && words.every(({ instancePath }) => instancePath === first.instancePath)) {
    const allowedValues = words.map(({ params }) => (params as { allowedValue: unknown }).allowedValue);
    return { ...first, keyword: 'enum', params: { allowedValues: [...new Set(allowedValues)] } };
  }
  const types = errors.filter(({ keyword, instancePath }) => keyword === 'type' && instancePath === union.instancePath);
  const names = types.map(({ params }) => (params as { type: unknown }).type);
  return names.length === 0
    ? union
    : { ...union, keyword: 'type', message: `must be ${[...new Set(names)].join(' or ')}` };
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}
