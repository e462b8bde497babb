import { describe, expect, it } from '@jest/globals';
import { ocpiTariff } from '../../testing/tariffs.js';
import { KeptVersions } from './kept-versions.js';
import { type TaxedVersion, pinKey } from './pin.js';

const version = (tariffId: string) =>
  ({
    tariffId,
    tariffVersion: 1,
    vatPercent: null,
    vatTreatment: null,
    tariff: ocpiTariff(),
  }) as Partial<TaxedVersion> as TaxedVersion;

describe('versions that are kept', () => {
  it('are those that were used last', () => {
    const kept = new KeptVersions(2);
    const [a, b, c] = ['a', 'b', 'c'].map(version) as [TaxedVersion, TaxedVersion, TaxedVersion];
    const known = () => [a, b, c].filter((one) => kept.get(pinKey(one)) === one).map(({ tariffId }) => tariffId);
    kept.keep(a);
    kept.keep(b);
    kept.keep(a);
    kept.keep(c);
    expect(known()).toEqual(['a', 'c']);
  });

  it('are kept once, however often they are loaded', () => {
    const kept = new KeptVersions(2);
    kept.keep(version('a'));
    kept.keep(version('a'));
    kept.keep(version('b'));
    expect(kept.get(pinKey(version('a')))).toBeDefined();
  });

  it('are told apart by their VAT', () => {
    const kept = new KeptVersions();
    kept.keep(version('a'));
    expect(kept.get(pinKey({ ...version('a'), vatPercent: '19' }))).toBeUndefined();
  });
});
