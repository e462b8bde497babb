import { expect, it } from '@jest/globals';
import { ocpiTariff } from '../../testing/tariffs.js';
import { compiledFor } from './compiled.js';
import type { TaxedVersion } from './pin.js';

it('compiles a version once per time zone', () => {
  const version = { tariffVersion: 2, tariff: ocpiTariff() } as Partial<TaxedVersion> as TaxedVersion;
  const compiled = compiledFor(version, 'Europe/Berlin');
  expect(compiledFor(version, 'Europe/Berlin')).toBe(compiled);
  expect(compiledFor(version, 'Asia/Tokyo')).not.toBe(compiled);
  expect(compiledFor({ ...version, tariffVersion: 3 }, 'Europe/Berlin')).not.toBe(compiled);
});
