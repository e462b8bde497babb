import { isIP } from 'node:net';
import { Setting } from './setting.js';

/** The kinds of settings: each says how a text is read, and what may be given. */

export function integer(fallback: number, { min, max }: { min: number; max: number }): Setting<number> {
  const takes = `whole number from ${min} to ${max}`;
  const read = (text: string | undefined): number => {
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) throw new Error(`must be a ${takes}`);
    return value;
  };
  return new Setting(read, { takes, fallback: String(fallback) });
}

export const port = (fallback: number): Setting<number> => integer(fallback, { min: 0, max: 65_535 });

export function string(fallback: string): Setting<string>;
export function string(): Setting<string | undefined>;
export function string(fallback?: string): Setting<string | undefined> {
  return new Setting((text) => text ?? fallback, { takes: 'text', ...(fallback === undefined ? {} : { fallback }) });
}

/** A setting that may be absent. */
export function optional<T>({ read, about }: Setting<T>): Setting<T | undefined> {
  const { fallback: _fallback, required: _required, ...rest } = about;
  return new Setting((text) => (text === undefined ? undefined : read(text)), rest);
}

/** A text that must not be seen; it may be absent. */
export const secret: Setting<string | undefined> = new Setting((text) => text, { takes: 'text', secret: true });

export function choice<const T extends string>(fallback: T, ...others: T[]): Setting<T> {
  const words = [fallback, ...others.filter((word) => word !== fallback)];
  const read = (text: string | undefined): T => {
    const value = (text ?? fallback) as T;
    if (!words.includes(value)) throw new Error(`must be one of ${words.join(', ')}`);
    return value;
  };
  return new Setting(read, { takes: words.map((word) => `\`${word}\``).join(', '), fallback });
}

export function flag(fallback: boolean): Setting<boolean> {
  const { read, about } = choice(fallback ? 'true' : 'false', 'true', 'false');
  return new Setting((text) => read(text) === 'true', about);
}

export const list: Setting<string[]> = new Setting(itemsOf, { takes: 'list, separated by commas' });

function itemsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses, networks in CIDR notation, or names of well-known ones. */
export const networks: Setting<string[]> = new Setting(
  (text) => {
    const items = itemsOf(text);
    const wrong = items.find((item) => !NAMED_NETWORKS.includes(item) && !isNetwork(item));
    if (wrong !== undefined)
      throw new Error(`has "${wrong}", which is no address, network or ${NAMED_NETWORKS.join(', ')}`);
    return items;
  },
  { takes: `list of addresses, networks or ${NAMED_NETWORKS.map((name) => `\`${name}\``).join(', ')}` },
);

function isNetwork(item: string): boolean {
  const [address = '', bits = '0', ...more] = item.split('/');
  const version = isIP(address);
  return version > 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Sites as browsers name them: scheme, host and port. */
export const origins: Setting<string[]> = new Setting(
  (text) => {
    const items = itemsOf(text);
    const wrong = items.find((item) => !/^https?:/.test(item) || URL.parse(item)?.origin !== item);
    if (wrong !== undefined) throw new Error(`has "${wrong}", which is no origin such as https://console.example`);
    return items;
  },
  { takes: 'list of origins, such as `https://console.example`' },
);

/** A key for keyed hashes: at least 32 characters of randomness. */
export const secretKey: Setting<string> = new Setting(
  (text) => {
    if (text === undefined || text.length < 32) throw new Error('must be set to at least 32 random characters');
    return text;
  },
  { takes: 'at least 32 random characters', required: true, secret: true },
);

/** Absolute URL of http or https. */
export const webUrl: Setting<string | undefined> = new Setting(
  (text) => {
    if (text !== undefined && (!/^https?:\/\/[^\s?#]+/.test(text) || !URL.canParse(text)))
      throw new Error('must be an absolute http(s) URL');
    return text;
  },
  { takes: 'URL' },
);

/** Of a PostgreSQL role, with its password. */
export const databaseUrl: Setting<string> = new Setting(
  (text) => {
    if (text === undefined || !/^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''))
      throw new Error('must be set to a URL of PostgreSQL');
    return text;
  },
  { takes: 'URL, `postgres://user:password@host:5432/database`', required: true, secret: true },
);

/** Path of a file; what it holds is read when it is needed. */
export const file: Setting<string | undefined> = new Setting((text) => text, { takes: 'path of a file' });
