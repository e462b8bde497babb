import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ProcessIdentity, identityOf, isRunning } from './process.js';
import { startPostgres } from './server.js';

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
    const before = identityOf(left.pid) as ProcessIdentity;
    const again = await startPostgres({ folder, password: 'secret' });
    const now = identityOf(again.pid) as ProcessIdentity;
    expect([isRunning(before), isRunning(now)]).toEqual([false, true]);
    await again.stop();
    expect(isRunning(now)).toBe(false);
  });

  it('starts at once after its server was killed, whose processes are still ending', async () => {
    const folder = join(parent, 'killed');
    const killed = await startPostgres({ folder, password: 'secret' });
    process.kill(killed.pid, 'SIGKILL');
    const again = await startPostgres({ folder, password: 'secret' });
    await again.stop();
  });

  it('is started again at its port whenever it dies, until it is stopped', async () => {
    const deaths: string[] = [];
    const onDeath = (how: string): void => void deaths.push(how);
    const server = await startPostgres({ folder: join(parent, 'dies'), password: 'secret', onDeath });
    const answers = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(server.adminUrl).port), '127.0.0.1', () =>
          resolve(void socket.destroy()),
        );
        socket.once('error', reject);
      });
    for (const expected of [['SIGKILL'], ['SIGKILL', 'SIGKILL']]) {
      const { pid } = server;
      process.kill(pid, 'SIGKILL');
      while (server.pid === pid) await sleep(20);
      expect(deaths).toEqual(expected);
      await answers();
    }
    const last = identityOf(server.pid) as ProcessIdentity;
    await server.stop();
    expect(isRunning(last)).toBe(false);
    await expect(answers()).rejects.toThrow();
    expect(deaths).toHaveLength(2);
  });

  it('takes another port when somebody took the one that was free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = other.address() as AddressInfo;
    const address = jest.spyOn(Server.prototype, 'address').mockReturnValueOnce(taken);
    const server = await startPostgres({ folder: join(parent, 'overtaken'), password: 'secret' });
    expect(new URL(server.adminUrl).port).not.toBe(String(taken.port));
    address.mockRestore();
    await server.stop();
    other.close();
  });

  it('leaves a foreign process alone that has the id of an old server, and starts', async () => {
    const folder = join(parent, 'foreign');
    await (await startPostgres({ folder, password: 'secret' })).stop();
    const foreign = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', '--', '-D', folder]);
    const ended = once(foreign, 'exit');
    await once(foreign, 'spawn');
    writeFileSync(join(folder, 'postmaster.pid'), `${foreign.pid}\n${folder}\n1\n5432\n\n127.0.0.1\n`);
    const server = await startPostgres({ folder, password: 'secret' });
    expect(foreign.exitCode).toBeNull();
    await server.stop();
    foreign.kill();
    await ended;
    expect(foreign.signalCode).toBe('SIGTERM');
  });

  it.each([0, 100, 400, 1_500])(
    'leaves nothing behind when its first start is aborted after %i ms',
    async (afterMs) => {
      const below = mkdtempSync(join(parent, 'aborted-'));
      chmodSync(below, 0o755);
      const folder = join(below, 'data');
      const signal = AbortSignal.timeout(afterMs);
      const started = await startPostgres({ folder, password: 'secret', signal }).catch((error: Error) => error.name);
      if (typeof started === 'object') await started.stop();
      else expect(started).toBe('TimeoutError');
      const { stdout } = spawnSync('ps', ['-A', '-o', 'command='], { encoding: 'utf8' });
      expect(stdout.split('\n').filter((command) => command.includes(below))).toEqual([]);
      const server = await startPostgres({ folder, password: 'secret' });
      await server.stop();
    },
  );

  it('runs below a folder that only we may enter', async () => {
    chmodSync(parent, 0o700);
    const server = await startPostgres({ folder: join(parent, 'closed'), password: 'secret' });
    expect(identityOf(server.pid)).toBeDefined();
    await server.stop();
  });

  it('says what the server says when it cannot start', async () => {
    const start = startPostgres({ folder: join(parent, 'bad'), password: 'x', settings: { no_such_setting: '1' } });
    await expect(start).rejects.toThrow(/unrecognized configuration parameter/);
  });
});
