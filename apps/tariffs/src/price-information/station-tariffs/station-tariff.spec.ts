import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { StationTariff, validator } from '@chargemesh/contracts';
import { type Tariff, tariffProblems } from '@chargemesh/rating';
import { named, translated } from './station-tariff.js';

const folder = new URL('../../../golden/station-tariffs/', import.meta.url);
const cases = readdirSync(folder);
const text = (name: string, file: string) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8');
const valid = validator(StationTariff);

describe('an OCPI tariff in the words of OCPP 2.1', () => {
  it.each(cases)('%s', (name) => {
    const tariff = JSON.parse(text(name, 'tariff.json')) as Tariff;
    expect(tariffProblems(tariff)).toEqual([]);
    const translation = translated(tariff);
    expect(translation).toEqual(JSON.parse(text(name, 'expected.json')));
    if ('tariff' in translation) expect(() => valid(named(translation.tariff, 'T', 0))).not.toThrow();
  });

  it.each(cases)('%s says why', (name) => {
    expect(text(name, 'why.md').length).toBeGreaterThan(20);
  });

  it('is refused where it does not fit the message, although the price engine would take it', () => {
    const restrictions = { min_duration: 90.5 };
    const elements = [{ price_components: [{ type: 'ENERGY' as const, price: 0.4 }], restrictions }];
    expect(translated({ currency: 'EUR', elements })).toEqual({ inexpressible: ['out-of-range'] });
  });
});

describe('the id of a tariff at a station', () => {
  const id = '01930000-0000-7000-8000-000000000021';
  const tariff = { currency: 'EUR', energy: { prices: [{ priceKwh: 0.4 }] } };

  it('is another one for other content, and at another EVSE', () => {
    const ids = [
      named(tariff, id, 0),
      named(tariff, id, 1),
      named(tariff, id, 'driver'),
      named({ ...tariff, currency: 'CHF' }, id, 0),
    ].map(({ tariffId }) => tariffId);
    expect(new Set(ids).size).toBe(4);
    expect(named({ ...tariff }, id, 0).tariffId).toBe(ids[0]);
  });

  it('is not longer than a station takes', () => {
    expect(named(tariff, id, 1_000_000).tariffId.length).toBeLessThanOrEqual(60);
  });
});
