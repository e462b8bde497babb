import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError, type Setting, type Settings, type Shape } from './setting.js';

/** Where settings are read from: the process's environment, or what a composition puts in its place. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Far above any key or URL; a mistaken file must not fill the memory. */
const SECRET_BYTES_MAX = 65_536;

/** The process's environment; what composes a platform may hand on a changed copy. */
export function environment(): Environment {
  // eslint-disable-next-line no-restricted-properties -- this is the one place that reads it
  return { ...process.env };
}

/** The setting that names the file of a secret one. */
export const fileSettingOf = (name: string): string => `${name}_FILE`;

/** Reads and checks all settings of a shape; throws one `ConfigurationError` that names everything that is wrong. */
export function readSettings<S extends Shape>(shape: S, from: Environment = environment()): Settings<S> {
  const wrong: string[] = [];
  const read = Object.entries(shape).map(([name, setting]) => {
    try {
      return [name, setting.read(textOf(name, setting, from))];
    } catch (error) {
      wrong.push(`${name} ${(error as Error).message}`);
      return [name, undefined];
    }
  });
  if (wrong.length > 0) throw new ConfigurationError(wrong.join('; '));
  return Object.fromEntries(read) as Settings<S>;
}

/** An empty text is none: that is how a value is taken back in a file of settings. */
function textOf(name: string, { about }: Setting<unknown>, from: Environment): string | undefined {
  const text = from[name] || undefined;
  const file = about.secret ? from[fileSettingOf(name)] || undefined : undefined;
  if (file === undefined) return text;
  if (text !== undefined) throw new Error(`and ${fileSettingOf(name)} must not both be set`);
  return secretIn(file) || undefined;
}

/** As Docker and Kubernetes mount secrets; the line break with which an editor ends a file belongs to none. */
function secretIn(file: string): string {
  try {
    if (statSync(file).size > SECRET_BYTES_MAX) throw new Error(`it has more than ${SECRET_BYTES_MAX} bytes`);
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot be read from ${file}: ${(error as Error).message}`, { cause: error });
  }
}
