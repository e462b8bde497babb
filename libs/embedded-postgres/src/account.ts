import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, join, parse } from 'node:path';

/** How a program of PostgreSQL is started: PostgreSQL refuses to run as root. */
export interface Account {
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Owner of the data folder; absent when we are not root. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/** `nobody` exists everywhere. */
const NOBODY = 65_534;

/**
 * The account under which PostgreSQL runs: our own, or for root the one of nobody. Where nobody may not enter the
 * folders on the way (`/root`), the right to pass is lent by `setpriv`; where that is missing, `Error` says which folder.
 * @param paths what the account has to reach
 */
export function accountFor(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const ids = { uid: NOBODY, gid: NOBODY };
  const closed = paths.map(closedFolder).find((folder) => folder !== undefined);
  if (closed === undefined) return { prefix: [], ids };
  const setpriv = findProgram('setpriv');
  if (!setpriv) {
    throw new Error(
      `PostgreSQL cannot run as root, and the account it runs as instead may not enter ${closed}; use a folder that others can enter, or run as a normal user.`,
    );
  }
  return {
    ids,
    prefix: [
      setpriv,
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      // Otherwise access(2), by which initdb looks for its programs, leaves the right out of account (capabilities(7)).
      '--securebits=+no_setuid_fixup',
      // The only one that is lent; root has it in containers as well.
      '--inh-caps=-all,+dac_override',
      '--ambient-caps=-all,+dac_override',
    ],
  };
}

/** The first folder on the way to `path` that others may not enter. */
function closedFolder(path: string): string | undefined {
  const { root } = parse(path);
  for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return folder;
  }
  return undefined;
}

function findProgram(name: string): string | undefined {
  const folders = ['/usr/bin', '/bin', ...(process.execPath ? [dirname(process.execPath)] : [])]
    .join(delimiter)
    .split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
