/** Secrets by their names, as JSON. @throws Error, which shows none of them */
export function readSecrets(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error('is no JSON');
  }
  const entries =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw new Error('must be an object of texts');
  return new Map(entries);
}
