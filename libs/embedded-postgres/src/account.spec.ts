import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountFor } from './account.js';

/** What root may do in a container that was given nothing else. */
const CONTAINER =
  '-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap';
const lendable = process.getuid?.() === 0 && existsSync('/usr/bin/setpriv');

(lendable ? describe : describe.skip)('the account of a server below a folder that only root may enter', () => {
  const closed = mkdtempSync(join(tmpdir(), 'chargemesh-account-'));
  const program = join(closed, 'below', 'program');

  beforeAll(() => {
    mkdirSync(join(closed, 'below'));
    copyFileSync('/usr/bin/true', program);
    chmodSync(program, 0o755);
    chmodSync(closed, 0o700);
  });
  afterAll(() => rmSync(closed, { recursive: true, force: true }));

  const run = (before: readonly string[], ...command: string[]) => {
    const [first = '', ...rest] = [...before, ...accountFor([program]).prefix, ...command];
    return spawnSync(first, rest, { encoding: 'utf8', cwd: '/' });
  };

  it.each([
    ['with all rights', []],
    ['with those of a container', ['/usr/bin/setpriv', `--bounding-set=${CONTAINER}`]],
  ])('finds and runs its programs, as root %s', (_, before) => {
    expect(run(before, '/usr/bin/test', '-x', program)).toMatchObject({ status: 0, stderr: '' });
    expect(run(before, program)).toMatchObject({ status: 0, stderr: '' });
  });

  it('is not root, and has no other right', () => {
    const { stdout } = run([], '/usr/bin/grep', '-E', '^(Uid|CapPrm|CapEff)', '/proc/self/status');
    expect(stdout.split(/\s+/)).toEqual([
      ...['Uid:', ...Array<string>(4).fill('65534')],
      ...['CapPrm:', '0000000000000002', 'CapEff:', '0000000000000002', ''],
    ]);
  });
});
