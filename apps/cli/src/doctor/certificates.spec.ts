import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, type Certificate, createAuthority } from '@chargemesh/persistence/testing';
import { checkCertificates } from './certificates.js';

const DAY_MS = 86_400_000;

describe('the certificates that settings name', () => {
  let folder: string;
  let authority: Authority;
  let own: Certificate;
  const inDays = (days: number): Date => new Date(new Date().getTime() + days * DAY_MS);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-doctor-'));
    authority = await createAuthority(folder);
    own = await authority.issue('us');
    await writeFile(join(folder, 'text'), 'no certificate');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const settings = () => ({
    KAFKA_TLS_CA_FILE: authority.caFile,
    KAFKA_TLS_CERT_FILE: own.certFile,
    KAFKA_TLS_KEY_FILE: own.keyFile,
  });

  it.each([
    [0, 'fine'],
    [15, 'warning'],
    [31, 'problem'],
    [-1, 'problem'],
  ])('that hold for thirty days are %d days from now: %s', (days, state) => {
    const states = checkCertificates(settings(), inDays(days)).map((finding) => finding.state);
    expect(states).toEqual([state, state]);
  });

  it('have their own keys', async () => {
    const other = await authority.issue('other');
    expect(checkCertificates({ ...settings(), KAFKA_TLS_KEY_FILE: other.keyFile })).toContainEqual(
      expect.objectContaining({ state: 'problem', says: expect.stringContaining('is not that of the certificate') }),
    );
  });

  it.each([
    ['text', /holds no certificate/],
    ['missing', /cannot be read/],
  ])('are certificates and not %s', (name, says) => {
    const [finding] = checkCertificates({ DATABASE_TLS_CA_FILE: join(folder, name) });
    expect(finding).toMatchObject({
      check: 'DATABASE_TLS_CA_FILE',
      state: 'problem',
      says: expect.stringMatching(says),
    });
  });
});
