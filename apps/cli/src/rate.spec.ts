import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RatingResult, tracedLine } from '@chargemesh/rating';
import { commands } from './commands.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

const night = { start_time: '22:00', end_time: '06:00' };
const tariff = {
  currency: 'EUR',
  elements: [
    { price_components: [{ type: 'ENERGY', price: 0.3, vat: 19, step_size: 1 }], restrictions: night },
    { price_components: [{ type: 'ENERGY', price: 0.45, vat: 19, step_size: 1 }] },
  ],
};
const cdr = {
  start_date_time: '2026-03-02T20:30:00Z',
  end_date_time: '2026-03-02T20:45:00Z',
  charging_periods: [{ start_date_time: '2026-03-02T20:30:00Z', dimensions: [{ type: 'ENERGY', volume: 10.25 }] }],
};
const report = (price: string, amount: string, before: string, vat: string) =>
  [
    `10.25 kWh at €${price} per kWh: €${amount} incl. 19% VAT`,
    `Total: €${amount}`,
    `before taxes: ${before} EUR`,
    `VAT 19%: ${vat}`,
    '',
  ].join('\n');

describe('chargemesh rate', () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-rate-'));
    await writeFile(path('tariff.json'), JSON.stringify(tariff));
    await writeFile(path('cdr.json'), JSON.stringify(cdr));
    await writeFile(path('bad.json'), JSON.stringify({ ...tariff, elements: [] }));
    await writeFile(path('text.json'), 'no JSON');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function rate(input: string, ...args: string[]) {
    const terminal = terminalOf(input);
    const code = await run(
      ['rate', ...args.map((arg) => (arg.endsWith('.json') ? path(arg) : arg))],
      terminal,
      commands,
    );
    return { code, ...terminal.written };
  }

  it('tells what a CDR costs, and says when it takes local times as UTC', async () => {
    expect(await rate('', 'tariff.json', 'cdr.json')).toEqual({
      code: 0,
      out: report('0.5355', '5.49', '4.61', '0.88'),
      err: 'No --time-zone was given: local times are taken as UTC.\n',
    });
  });

  it('knows what time it was where the station stands', async () => {
    const { code, out, err } = await rate('', 'tariff.json', 'cdr.json', '--time-zone', 'Europe/Helsinki');
    expect([code, out, err]).toEqual([0, report('0.357', '3.66', '3.08', '0.58'), '']);
  });

  it('reads one of the two, or both at once, from standard input', async () => {
    const zone = ['--time-zone', 'Europe/Berlin'];
    const expected = { code: 0, out: report('0.5355', '5.49', '4.61', '0.88'), err: '' };
    expect(await rate(JSON.stringify(cdr), 'tariff.json', '-', ...zone)).toEqual(expected);
    expect(await rate(JSON.stringify(tariff), '-', 'cdr.json', ...zone)).toEqual(expected);
    const both = { version: '2.2.1', timeZone: 'Europe/Berlin', tariff, cdr };
    expect(await rate(JSON.stringify(both))).toEqual(expected);
  });

  it('tells the version from the words of the tariff, unless it is named', async () => {
    const included = JSON.stringify({ tariff: { ...tariff, tax_included: 'YES' }, cdr, timeZone: 'UTC' });
    expect((await rate(included)).out).toContain('Total: €4.61');
    expect((await rate(included, '--version', '2.2.1')).out).toContain('Total: €5.49');
  });

  it('gives the whole trace to programs', async () => {
    const { out } = await rate('', 'tariff.json', 'cdr.json', '--json');
    expect(JSON.parse(out)).toMatchObject({ totalInclTaxes: '5.49', lines: [{ elementIndex: 1, volume: '10.25' }] });
  });

  it('checks a CDR of ours by itself', async () => {
    const [startedAt, endedAt] = [cdr.start_date_time, cdr.end_date_time];
    const { out } = await rate('', 'tariff.json', 'cdr.json', '--time-zone', 'Europe/Berlin', '--json');
    const { lines, ...totals } = JSON.parse(out) as RatingResult;
    const ours = {
      ...totals,
      ...{ tariff, startedAt, endedAt, location: { timeZone: 'Europe/Berlin' } },
      periods: [{ startedAt, endedAt, energyWh: 10_250, kind: 'charging' }],
      lines: lines.map(tracedLine),
    };
    expect(await rate(JSON.stringify(ours), '--check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('EQUAL'),
    });
    expect(await rate(JSON.stringify({ ...ours, totalInclTaxes: '5.50' }), '--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining('totalInclTaxes: 5.50, should be 5.49'),
    });
    expect(await rate(JSON.stringify({ ...ours, tariff: {} }), '--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining('CANNOT BE VERIFIED'),
    });
    expect(await rate('[]', '--check')).toMatchObject({ code: 2 });
  });

  it('checks a CDR of OCPI by the tariff in it', async () => {
    const ofOcpi = (more: object) => JSON.stringify({ ...cdr, tariffs: [tariff], total_energy: 10.25, ...more });
    expect(await rate(ofOcpi({}), '--check')).toMatchObject({ code: 0, out: expect.stringContaining('EQUAL') });
    expect(await rate(ofOcpi({ total_energy: 11 }), '--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining('total_energy: 11, should be 10.25'),
    });
    expect(await rate(ofOcpi({ tariffs: [] }), '--check')).toMatchObject({
      code: 1,
      out: expect.stringContaining('CANNOT BE VERIFIED'),
    });
  });

  it.each([
    ['a tariff that cannot be rated', ['bad.json', 'cdr.json'], 'elements: must have at least one element'],
    ['a CDR that says nothing', ['tariff.json', 'tariff.json'], 'It cannot be rated: no RFC 3339 date-time'],
    ['a time zone that is none', ['tariff.json', 'cdr.json', '--time-zone', 'Mars'], 'no IANA time zone: Mars'],
  ])('says why of %s', async (_, args, reason) => {
    const { code, out, err } = await rate('', ...args);
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(reason)]);
  });

  it.each([
    ['a file that is not there', ['none.json', 'cdr.json'], 'cannot be read'],
    ['a file that is no JSON', ['text.json', 'cdr.json'], 'is not JSON'],
    ['a third file', ['tariff.json', 'cdr.json', 'cdr.json'], 'One tariff and one CDR'],
    ['the tariff alone', ['tariff.json'], 'There is no tariff and cdr.'],
    ['a version that is not read', ['tariff.json', 'cdr.json', '--version', '2.1.1'], 'The version is 2.2.1 or 2.3.0.'],
  ])('refuses %s', async (_, args, reason) => {
    const { code, err } = await rate('', ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(reason)]);
  });
});
