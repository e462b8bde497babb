import { beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import { createLogger } from '../telemetry/logger.js';
import { Dependencies } from './dependencies.js';
import { Outages } from './outages.js';
import { Readiness } from './readiness.js';

const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('an outage', () => {
  let lines: Record<string, unknown>[];
  let now: number;
  let outages: Outages;
  const logger = createLogger({
    level: 'info',
    base: {},
    secrets: [],
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    outage: (resource, error) => outages.failed(resource, error),
  });
  const said = (): unknown[] => lines.map(({ msg }) => msg);

  beforeEach(() => {
    lines = [];
    now = 0;
    outages = new Outages(
      () => logger,
      () => now,
    );
  });

  it('is one line when it begins and one when it ends, however many things fail', () => {
    for (let n = 0; n < 1_000; n++) logger.warn({ err: refused(), n }, 'a batch will be tried again');
    logger.error({ err: refused() }, 'a request failed');
    for (now = 30_000; now <= 40_000; now += 1_000) outages.worked('PostgreSQL');
    expect(lines).toMatchObject([
      { level: 'warn', resource: 'PostgreSQL', reason: 'connect ECONNREFUSED' },
      { level: 'info', resource: 'PostgreSQL', lastedS: 30, faults: 1_001, msg: 'PostgreSQL is back' },
    ]);
  });

  it('is not over while things still fail in between', () => {
    outages.failed('the log', new Error('away'));
    for (now = 1_000; now < 20_000; now += 1_000) {
      outages.worked('the log');
      outages.failed('the log', new Error('away'));
    }
    expect(said()).toEqual(['the log is away: what needs it waits']);
    for (let n = 0; n <= 10; n++, now += 1_000) outages.worked('the log');
    expect(said()).toHaveLength(2);
  });

  it('is one outage although the resource comes back in fits, and lasts until it was back for good', () => {
    outages.failed('the log', new Error('away'));
    const worksUntil = (end: number) => {
      for (; now < end; now += 1_000) outages.worked('the log');
    };
    now = 20_000;
    worksUntil(28_000);
    outages.failed('the log', new Error('away again'));
    now = 30_000;
    worksUntil(60_000);
    expect(lines).toMatchObject([
      { level: 'warn', msg: 'the log is away: what needs it waits' },
      { level: 'info', msg: 'the log is back', lastedS: 30, faults: 2 },
    ]);
    expect(lines).toHaveLength(2);
    outages.failed('the log', new Error('another one'));
    expect(lines).toHaveLength(3);
  });

  it('of one resource hides nothing of the other, and no defect', () => {
    outages.failed('PostgreSQL', refused());
    outages.failed('the log', new Error('away'));
    logger.error({ err: new TypeError('x is not a function') }, 'a message could not be answered');
    expect(lines).toHaveLength(3);
    expect(said()).toContain('a message could not be answered');
  });

  it('is seen and ended by looking alone, when nobody needs the resource', async () => {
    const readiness = new Readiness();
    readiness.open();
    const dependencies = new Dependencies(outages, readiness);
    let away = false;
    const check = (): Promise<void> => (away ? Promise.reject(refused()) : Promise.resolve());
    await dependencies.watch({
      name: 'database of a',
      resource: 'PostgreSQL',
      requiredForReadiness: true,
      everyMs: 10,
      check,
    });
    await dependencies.watch({ name: 'log', resource: 'the log', requiredForReadiness: false, everyMs: 10, check });
    expect(await readiness.read()).toMatchObject({ ready: true, checks: { 'database of a': true, log: true } });
    away = true;
    await until(() => outages.isOpen('PostgreSQL'));
    expect(await readiness.read()).toMatchObject({
      ready: false,
      checks: { 'database of a': false },
      reasons: { 'database of a': 'connect ECONNREFUSED' },
    });
    away = false;
    await until(async () => (await readiness.read()).ready);
    now = 15_000;
    await until(() => !outages.isOpen('PostgreSQL'));
    expect(await readiness.read()).toMatchObject({ ready: true });
    dependencies.stop();
  });
});

it('asks a dependency that does not answer once only, for what hangs would take all connections', async () => {
  const readiness = new Readiness();
  readiness.open();
  const outages = new Outages(() => createLogger({ level: 'silent', base: {}, secrets: [] }));
  const dependencies = new Dependencies(outages, readiness, 10);
  const asked = { hanging: 0, failing: 0 };
  let answer = (): void => undefined;
  const hanging = (): Promise<void> => {
    asked.hanging += 1;
    return asked.hanging > 1 ? Promise.resolve() : new Promise((resolve) => (answer = resolve));
  };
  const failing = (): Promise<void> => Promise.reject(new Error(`for the ${(asked.failing += 1)}th time`));
  await dependencies.watch({ name: 'hanging', requiredForReadiness: true, everyMs: 10, check: hanging });
  await dependencies.watch({ name: 'failing', requiredForReadiness: false, everyMs: 10, check: failing });
  expect((await readiness.read()).reasons).toMatchObject({ hanging: 'no answer within 10 ms' });
  await until(() => asked.failing === 3);
  expect(asked.hanging).toBe(1);
  answer();
  await until(async () => (await readiness.read()).ready);
  dependencies.stop();
});
