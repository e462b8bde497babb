import { describe, expect, it } from '@jest/globals';
import type { TariffVersion } from './tariff.entity.js';
import { nextVersion } from './tariffs.decide.js';
import type { TariffBody } from './tariffs.schema.js';

const id = '01930000-0000-7000-8000-000000000021';
const publisher = { operatorId: 'o', countryCode: 'DE', partyId: 'ABC' };
const now = new Date('2026-03-01T10:00:00Z');
const later = new Date('2026-03-02T10:00:00Z');

function body(price: number, more: Partial<TariffBody['tariff']> = {}): TariffBody {
  const elements = [{ price_components: [{ type: 'ENERGY' as const, price, vat: 19, step_size: 1 }] }];
  return { name: 'Day', tariff: { currency: 'EUR', elements, ...more } };
}

const first = (given = body(0.5)) => nextVersion(null, id, publisher, given, now) as TariffVersion;

describe('publishing a tariff', () => {
  it('begins with version 1, valid since ever, so that sessions from before its entry find it', () => {
    expect(first()).toMatchObject({
      tariffId: id,
      tariffVersion: 1,
      operatorId: 'o',
      name: 'Day',
      currency: 'EUR',
      validFrom: new Date(0),
      publishedAt: now,
    });
  });

  it('fills in what partners need and the operator left out', () => {
    expect(first().tariff).toEqual({
      ...body(0.5).tariff,
      country_code: 'DE',
      party_id: 'ABC',
      id,
      tax_included: 'NO',
      last_updated: '2026-03-01T10:00:00.000Z',
    });
  });

  it('keeps what was given, unknown members included', () => {
    const given = {
      id: 'NIGHT',
      tax_included: 'YES' as const,
      last_updated: '2020-01-01T00:00:00Z',
      energy_mix: { is_green_energy: true },
    };
    expect(first(body(0.5, given)).tariff).toMatchObject(given);
  });

  it.each([
    ['the same content', body(0.5)],
    [
      'the same content with what was filled in',
      body(0.5, { country_code: 'DE', party_id: 'ABC', id, tax_included: 'NO' }),
    ],
  ])('changes nothing when given %s again', (_what, again) => {
    expect(nextVersion(first(), id, publisher, again, later)).toBeUndefined();
  });

  it.each<[string, TariffBody]>([
    ['price', body(0.51)],
    ['name', { ...body(0.5), name: 'Night' }],
    ['member that is not rated', body(0.5, { type: 'AD_HOC_PAYMENT' } as object)],
    ['date of change', body(0.5, { last_updated: '2026-03-02T00:00:00Z' })],
  ])('makes a new version, valid from now, of another %s', (_what, changed) => {
    expect(nextVersion(first(), id, publisher, changed, later)).toMatchObject({
      tariffVersion: 2,
      validFrom: later,
      publishedAt: later,
    });
  });

  it.each<[string, TariffBody, string]>([
    ['a negative price', body(-0.5), 'elements[0].price_components[0].price'],
    ['a currency that is none', body(0.5, { currency: 'XXX' }), 'currency'],
    [
      'a validity that ends before it begins',
      body(0.5, { start_date_time: '2026-02-01T00:00:00Z', end_date_time: '2026-01-01T00:00:00Z' }),
      'end_date_time',
    ],
  ])('refuses %s and says where it is', (_what, given, path) => {
    const refused = { code: 'tariff-invalid', details: { problems: [expect.objectContaining({ path })] } };
    expect(() => nextVersion(null, id, publisher, given, now)).toThrow(expect.objectContaining(refused));
  });
});
