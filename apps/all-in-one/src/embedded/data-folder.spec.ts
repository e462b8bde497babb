import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identityOf } from '@chargemesh/embedded-postgres';
import { DataFolder } from './data-folder.js';

describe('the data folder', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'chargemesh-folder-'));
    chmodSync(parent, 0o755);
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const claim = (): DataFolder => DataFolder.claim(join(parent, 'data'));

  it('is refused to a second process while the first one runs', () => {
    const folder = claim();
    // Process 1 always runs, and is not us.
    writeFileSync(join(folder.path, 'running.pid'), JSON.stringify(identityOf(1)));
    expect(claim).toThrow(/Another chargemesh \(process 1\)/);
  });

  it('is taken over from a process that was killed', () => {
    const folder = claim();
    writeFileSync(join(folder.path, 'running.pid'), JSON.stringify({ pid: 999_999_999, began: 'before' }));
    expect(claim().path).toBe(folder.path);
  });

  it.each(['', '1', '{"pid":1}', '{"pid":1,"began":"at another time"}'])(
    'is taken over when its claim is %j, whoever has the id by now',
    (claimed) => {
      const folder = claim();
      writeFileSync(join(folder.path, 'running.pid'), claimed);
      expect(claim().path).toBe(folder.path);
    },
  );

  it('gives the same secrets at every start, in a file that others cannot read', () => {
    const folder = claim();
    const first = folder.secrets(['a', 'b']);
    expect(folder.secrets(['a', 'b'])).toEqual(first);
    expect(first.a).not.toBe(first.b);
    expect(statSync(join(folder.path, 'secrets.json')).mode & 0o077).toBe(0);
  });

  it('forgets everything but its claim on reset', () => {
    const folder = claim();
    folder.secrets(['a']);
    folder.reset();
    expect(existsSync(join(folder.path, 'secrets.json'))).toBe(false);
    expect(existsSync(join(folder.path, 'running.pid'))).toBe(true);
  });

  it('says so when it cannot be written to', () => {
    writeFileSync(join(parent, 'data'), 'a file is in the way');
    expect(claim).toThrow(/cannot be written to/);
  });
});
