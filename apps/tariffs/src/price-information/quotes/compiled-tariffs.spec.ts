import { describe, expect, it } from '@jest/globals';
import type { PricedVersion } from '../../price-list/tariffs/pinned.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import { CompiledTariffs } from './compiled-tariffs.js';

const version = (tariffId: string) =>
  ({ tariffId, tariffVersion: 1, vatPercent: null, tariff: ocpiTariff() }) as Partial<PricedVersion> as PricedVersion;

describe('tariffs that are ready to be rated with', () => {
  it('are loaded once for each zone, and again when they were not used for long', async () => {
    const kept = new CompiledTariffs(2);
    const loaded: string[] = [];
    const get = (tariffId: string, timeZone = 'Europe/Berlin') =>
      kept.get(version(tariffId), timeZone, () => {
        loaded.push(`${tariffId} ${timeZone}`);
        return Promise.resolve(version(tariffId));
      });
    await get('a');
    await get('b');
    await get('a');
    expect(loaded).toEqual(['a Europe/Berlin', 'b Europe/Berlin']);
    await get('a', 'Europe/London');
    await get('a');
    expect(loaded).toHaveLength(3);
    await get('b');
    expect(loaded.at(-1)).toBe('b Europe/Berlin');
    expect(loaded).toHaveLength(4);
  });

  it('are none where there is no such version', async () => {
    const none = await new CompiledTariffs().get(version('a'), 'Europe/Berlin', () => Promise.resolve(undefined));
    expect(none).toBeUndefined();
  });
});
