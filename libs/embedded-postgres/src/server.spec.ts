import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isRunning, startPostgres } from './server.js';

describe('the embedded PostgreSQL', () => {
  let parent: string;

  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'chargemesh-postgres-'));
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it('starts again when an earlier run left its server behind', async () => {
    const folder = join(parent, 'data');
    chmodSync(parent, 0o755);
    const left = await startPostgres({ folder, password: 'secret' });
    const again = await startPostgres({ folder, password: 'secret' });
    expect([isRunning(left.pid), isRunning(again.pid)]).toEqual([false, true]);
    await again.stop();
    expect(isRunning(again.pid)).toBe(false);
  });

  it('runs below a folder that only we may enter', async () => {
    chmodSync(parent, 0o700);
    const server = await startPostgres({ folder: join(parent, 'closed'), password: 'secret' });
    expect(isRunning(server.pid)).toBe(true);
    await server.stop();
  });

  it('says what the server says when it cannot start', async () => {
    const start = startPostgres({ folder: join(parent, 'bad'), password: 'x', settings: { no_such_setting: '1' } });
    await expect(start).rejects.toThrow(/unrecognized configuration parameter/);
  });
});
