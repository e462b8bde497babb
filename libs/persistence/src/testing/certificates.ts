import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files (PEM) of a certificate and its key. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority for tests: it is trusted by whoever is given its file. */
export interface Authority {
  readonly caFile: string;
  /** A certificate for somebody of this name, who may be a server at these addresses; it holds for some days. */
  issue(name: string, at?: { names?: readonly string[]; days?: number }): Promise<Certificate>;
}

/** Makes an authority with openssl, in a folder. */
export async function createAuthority(folder: string, name = 'authority'): Promise<Authority> {
  const [caFile, caKeyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name} of a test`, '-days', '30'];
  await run('openssl', ['req', '-x509', ...key, ...subject, '-keyout', caKeyFile, '-out', caFile]);
  return {
    caFile,
    async issue(of, { names = [], days = 30 } = {}) {
      const [certFile, keyFile] = [join(folder, `${of}.crt`), join(folder, `${of}.key`)];
      const [request, extensions] = [join(folder, `${of}.csr`), join(folder, `${of}.ext`)];
      await run('openssl', ['req', '-new', ...key, '-subj', `/CN=${of}`, '-keyout', keyFile, '-out', request]);
      const entries = names.map((entry) => `${/^[\d.]+$/.test(entry) ? 'IP' : 'DNS'}:${entry}`);
      await writeFile(extensions, entries.length > 0 ? `subjectAltName=${entries.join(',')}\n` : '');
      const signer = ['-CA', caFile, '-CAkey', caKeyFile, '-CAcreateserial', '-days', String(days)];
      await run('openssl', ['x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', certFile]);
      return { certFile, keyFile };
    },
  };
}
