import { isIP } from 'node:net';

/** Reads one setting from its text; throws with the reason when it does not fit. */
export type Setting<T> = (text: string | undefined) => T;
export type Settings<Shape> = { readonly [K in keyof Shape]: Shape[K] extends Setting<infer T> ? T : never };

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Where settings are read from: the process's environment, or what a composition puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment; what composes a platform may hand on a changed copy. */
export function environment(): Environment {
  // eslint-disable-next-line no-restricted-properties -- this is the one place that reads it
  return { ...process.env };
}

/** Reads and checks all settings of a shape; throws one `ConfigurationError` that names everything that is wrong. */
export function readSettings<Shape extends Record<string, Setting<unknown>>>(
  shape: Shape,
  from: Environment = environment(),
): Settings<Shape> {
  const wrong: string[] = [];
  const read = Object.entries(shape).map(([name, setting]) => {
    try {
      return [name, setting(from[name] === '' ? undefined : from[name])];
    } catch (error) {
      wrong.push(`${name} ${(error as Error).message}`);
      return [name, undefined];
    }
  });
  if (wrong.length > 0) throw new ConfigurationError(wrong.join('; '));
  return Object.fromEntries(read) as Settings<Shape>;
}

export function integer(fallback: number, { min, max }: { min: number; max: number }): Setting<number> {
  return (text) => {
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  };
}

export const port = (fallback: number): Setting<number> => integer(fallback, { min: 0, max: 65_535 });

export function string(fallback: string): Setting<string>;
export function string(): Setting<string | undefined>;
export function string(fallback?: string): Setting<string | undefined> {
  return (text) => text ?? fallback;
}

/** A setting that may be absent. */
export const optional =
  <T>(setting: Setting<T>): Setting<T | undefined> =>
  (text) =>
    text === undefined ? undefined : setting(text);

export const required: Setting<string> = (text) => {
  if (text === undefined) throw new Error('must be set');
  return text;
};

export function choice<const T extends string>(fallback: T, ...words: T[]): Setting<T> {
  return (text) => {
    const value = (text ?? fallback) as T;
    if (value !== fallback && !words.includes(value))
      throw new Error(`must be one of ${[fallback, ...words].join(', ')}`);
    return value;
  };
}

export const list: Setting<string[]> = (text) =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses, networks in CIDR notation, or names of well-known ones. */
export const networks: Setting<string[]> = (text) => {
  const items = list(text);
  const wrong = items.find((item) => !NAMED_NETWORKS.includes(item) && !isNetwork(item));
  if (wrong !== undefined)
    throw new Error(`has "${wrong}", which is no address, network or ${NAMED_NETWORKS.join(', ')}`);
  return items;
};

function isNetwork(item: string): boolean {
  const [address = '', bits = '0', ...more] = item.split('/');
  const version = isIP(address);
  return version > 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

export const flag = (fallback: boolean): Setting<boolean> => {
  const read = choice(fallback ? 'true' : 'false', 'true', 'false');
  return (text) => read(text) === 'true';
};

/** A key for keyed hashes: at least 32 characters of randomness. */
export const secretKey: Setting<string> = (text) => {
  if (text === undefined || text.length < 32) throw new Error('must be set to at least 32 random characters');
  return text;
};
