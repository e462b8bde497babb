import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files (PEM) of a certificate and its key. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

interface Held {
  /** Names and addresses of servers that it is for. */
  readonly names?: readonly string[];
  /** For how long, from now; it may have expired before. */
  readonly days?: number;
}

/** A certificate authority for tests: it is trusted by whoever is given its file. */
export interface Authority {
  readonly caFile: string;
  /** A certificate for somebody of this name. */
  issue(name: string, held?: Held): Promise<Certificate>;
  /** An authority whose own certificate this one has signed. */
  subordinate(name: string): Promise<Authority>;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority with openssl, in a folder. */
export async function createAuthority(folder: string, name = 'authority'): Promise<Authority> {
  const [caFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name} of a test`, '-days', '30'];
  await run('openssl', ['req', '-x509', ...KEY, ...subject, '-keyout', keyFile, '-out', caFile]);
  return new SigningAuthority(folder, caFile, keyFile);
}

class SigningAuthority implements Authority {
  constructor(
    private readonly folder: string,
    readonly caFile: string,
    private readonly caKeyFile: string,
  ) {}

  issue(name: string, { names = [], days = 30 }: Held = {}): Promise<Certificate> {
    const entries = names.map((entry) => `${/^[\d.]+$/.test(entry) ? 'IP' : 'DNS'}:${entry}`);
    return this.sign(name, days, entries.length > 0 ? `subjectAltName=${entries.join(',')}\n` : '');
  }

  async subordinate(name: string): Promise<Authority> {
    const { certFile, keyFile } = await this.sign(name, 30, 'basicConstraints=critical,CA:TRUE\n');
    return new SigningAuthority(this.folder, certFile, keyFile);
  }

  private async sign(name: string, days: number, extensions: string): Promise<Certificate> {
    const path = (kind: string): string => join(this.folder, `${name}.${kind}`);
    const [certFile, keyFile, request] = [path('crt'), path('key'), path('csr')];
    await run('openssl', ['req', '-new', ...KEY, '-subj', `/CN=${name}`, '-keyout', keyFile, '-out', request]);
    await writeFile(path('ext'), extensions);
    const signer = ['-CA', this.caFile, '-CAkey', this.caKeyFile, '-CAcreateserial', '-days', String(days)];
    await run('openssl', ['x509', '-req', '-in', request, ...signer, '-extfile', path('ext'), '-out', certFile]);
    return { certFile, keyFile };
  }
}

/** Several files of PEM in one, in their order. */
export async function joined(...files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('');
}
