import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
  existsSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning } from '@chargemesh/embedded-postgres';
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

  get demoFile(): string {
    return join(this.path, 'demo.json');
  }

  /** Forgets everything but the claim. */
  reset(): void {
    for (const name of ['postgres', 'secrets.json', 'demo.json'])
      rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** Named secrets, made at first use and kept, readable by the owner only. */
  secrets<Name extends string>(names: readonly Name[]): Record<Name, string> {
    const file = join(this.path, 'secrets.json');
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
    const all = { ...Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')])), ...known };
    this.writePrivately(file, all);
    return all as Record<Name, string>;
  }

  writePrivately(file: string, content: unknown): void {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  }

  release(): void {
    rmSync(this.lockFile, { force: true });
  }

  private get lockFile(): string {
    return join(this.path, 'running.pid');
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
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const file = openSync(this.lockFile, 'wx', 0o600);
        writeSync(file, String(process.pid));
        closeSync(file);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = Number(readFileSync(this.lockFile, 'utf8'));
        if (isRunning(owner)) {
          throw new StartError(
            `Another chargemesh (process ${owner}) runs on the data in ${this.path}; stop it first, or set CHARGEMESH_DATA_DIR and PORT for a second one.`,
          );
        }
        this.release();
      }
    }
    throw new StartError(`The data folder ${this.path} is being claimed by several processes at once; try again.`);
  }
}
