import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type ProcessIdentity, identityOf, isRunning } from '@chargemesh/embedded-postgres';
import { StartError } from '../start-error.js';

/** The folder that holds everything an embedded platform keeps; one process uses it at a time. */
export class DataFolder {
  private constructor(readonly path: string) {}

  /** Creates the folder where it is missing and claims it; throws `StartError` when that cannot be. */
  static claim(path: string): DataFolder {
    const folder = new DataFolder(resolve(path));
    folder.create();
    folder.lock();
    return folder;
  }

  get database(): string {
    return join(this.path, 'postgres');
  }

  get secretsFile(): string {
    return join(this.path, 'secrets.json');
  }

  get demoFile(): string {
    return join(this.path, 'demo.json');
  }

  /** Forgets everything but the claim. */
  reset(): void {
    for (const name of ['postgres', 'postgres.new', 'secrets.json', 'demo.json'])
      rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** Named secrets, made at first use and kept, readable by the owner only. */
  secrets<Name extends string>(names: readonly Name[]): Record<Name, string> {
    const { secretsFile: file } = this;
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
    const all = { ...Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')])), ...known };
    this.writePrivately(file, all);
    return all as Record<Name, string>;
  }

  /** The whole file or none of it: a process may be killed at any moment. */
  writePrivately(file: string, content: unknown): void {
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  release(): void {
    rmSync(this.lockFile, { force: true });
  }

  private get lockFile(): string {
    return join(this.path, 'running.pid');
  }

  /** Who has claimed the folder; undefined if that was cut off. */
  private owner(): ProcessIdentity | undefined {
    try {
      return JSON.parse(readFileSync(this.lockFile, 'utf8')) as ProcessIdentity;
    } catch {
      return undefined;
    }
  }

  private create(): void {
    try {
      mkdirSync(this.path, { recursive: true });
      accessSync(this.path, constants.W_OK | constants.X_OK);
    } catch {
      throw new StartError(
        `The data folder ${this.path} cannot be written to; set CHARGEMESH_DATA_DIR to one that can.`,
      );
    }
  }

  private lock(): void {
    const mine = `${this.lockFile}.${process.pid}`;
    writeFileSync(mine, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
    try {
      this.lockWith(mine);
    } finally {
      rmSync(mine, { force: true });
    }
  }

  /** A link is there with its content or not at all, so nobody reads half a claim. */
  private lockWith(mine: string): void {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        linkSync(mine, this.lockFile);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = this.owner();
        if (owner && isRunning(owner)) {
          throw new StartError(
            `Another chargemesh (process ${owner.pid}) runs on the data in ${this.path}; stop it first, or set CHARGEMESH_DATA_DIR and PORT for a second one.`,
          );
        }
        this.release();
      }
    }
    throw new StartError(`The data folder ${this.path} is being claimed by several processes at once; try again.`);
  }
}
