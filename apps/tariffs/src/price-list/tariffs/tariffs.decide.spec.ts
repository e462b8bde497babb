import { describe, expect, it } from '@jest/globals';
import type { TariffVersion } from './tariff.entity.js';
import { type Published, nextVersion } from './tariffs.decide.js';
import type { TariffBody } from './tariffs.schema.js';

const id = '01930000-0000-7000-8000-000000000021';
const publisher = { operatorId: 'o', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
const now = new Date('2026-03-01T10:00:00Z');
const later = new Date('2026-03-02T10:00:00Z');

function body(price: number, more: Partial<TariffBody['tariff']> = {}): TariffBody {
  const elements = [{ price_components: [{ type: 'ENERGY' as const, price, vat: 19, step_size: 1 }] }];
  return { name: 'Day', tariff: { currency: 'EUR', elements, ...more } };
}

const none: Published = { newest: null, valid: null };
const publish = (published: Published, given: TariffBody, at: Date, validFrom?: Date) =>
  nextVersion(published, id, publisher, given, { now: at, validFrom });
const first = (given = body(0.5)) => publish(none, given, now) as TariffVersion;
const only = (version: TariffVersion): Published => ({ newest: version, valid: version });

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
    expect(publish(only(first()), again, later)).toBeUndefined();
  });

  it.each<[string, TariffBody]>([
    ['price', body(0.51)],
    ['name', { ...body(0.5), name: 'Night' }],
    ['member that is not rated', body(0.5, { type: 'AD_HOC_PAYMENT' } as object)],
    ['date of change', body(0.5, { last_updated: '2026-03-02T00:00:00Z' })],
  ])('makes a new version, valid from now, of another %s', (_what, changed) => {
    expect(publish(only(first()), changed, later)).toMatchObject({
      tariffVersion: 2,
      validFrom: later,
      publishedAt: later,
    });
  });

  it.each<[string, TariffBody, string]>([
    ['a negative price', body(-0.5), '/tariff/elements/0/price_components/0/price'],
    ['a currency that is none', body(0.5, { currency: 'XXX' }), '/tariff/currency'],
    ['a member that nobody knows', body(0.5, { 'a/b': 1 } as object), '/tariff/a~1b'],
    ['a tariff that no CDR can carry', body(0.5, { tariff_alt_url: 'x'.repeat(200_000) } as object), '/tariff'],
    [
      'a validity that ends before it begins',
      body(0.5, { start_date_time: '2026-02-01T00:00:00Z', end_date_time: '2026-01-01T00:00:00Z' }),
      '/tariff/end_date_time',
    ],
  ])('refuses %s and says where it is', (_what, given, pointer) => {
    const details = expect.objectContaining({ pointer, errors: [expect.objectContaining({ pointer })] });
    const refused = { code: 'tariff-invalid', details };
    expect(() => publish(none, given, now)).toThrow(expect.objectContaining(refused));
  });

  describe('from a time to come', () => {
    const july = new Date('2026-07-01T00:00:00Z');
    const planned = () => publish(only(first()), body(0.6), later, july) as TariffVersion;

    it('makes a version that is valid from then', () => {
      expect(planned()).toMatchObject({ tariffVersion: 2, validFrom: july, publishedAt: later });
      expect(publish(none, body(0.5), now, july)).toMatchObject({ tariffVersion: 1, validFrom: july });
    });

    it('compares with the version that is valid then, so that what holds now can be said again', () => {
      const published = { newest: planned(), valid: first() };
      expect(publish(published, body(0.5), later)).toBeUndefined();
      expect(publish(published, body(0.6), later)).toMatchObject({ tariffVersion: 3, validFrom: later });
      expect(publish({ newest: planned(), valid: planned() }, body(0.6), later, july)).toBeUndefined();
    });

    it('is refused for a time that is past, except of the first version', () => {
      const before = new Date('2026-02-01T00:00:00Z');
      expect(() => publish(only(first()), body(0.6), later, before)).toThrow(
        expect.objectContaining({ code: 'valid-from-past' }),
      );
      expect(publish(none, body(0.5), now, before)).toMatchObject({ validFrom: before });
    });
  });
});
