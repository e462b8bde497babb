import { describe, expect, it } from '@jest/globals';
import { holdOf, readHoldAmounts } from './holds.js';

const settings = { HOLD_AMOUNTS: readHoldAmounts(undefined), HOLD_MARGIN_PERCENT: 5 };

describe('what is held', () => {
  it.each([
    [3_700, '30.00', '28.50'],
    [22_000, '30.00', '28.50'],
    [50_000, '60.00', '57.00'],
    [150_000, '60.00', '57.00'],
    [300_000, '100.00', '95.00'],
    [undefined, '100.00', '95.00'],
  ])('goes by the power class: %s W', (power, hold, limit) => {
    expect(holdOf({ currency: 'EUR' }, power, settings)).toEqual({ hold, limit });
  });

  it('is what the tariff says, where it says something', () => {
    expect(holdOf({ currency: 'EUR', preauthorizeAmount: '42.5' }, 3_700, settings)?.hold).toBe('42.50');
    expect(holdOf({ currency: 'EUR', preauthorizeAmount: '0' }, 3_700, settings)?.hold).toBe('30.00');
  });

  it('is never nothing, also where the currency has no such small amount', () => {
    expect(holdOf({ currency: 'EUR', preauthorizeAmount: '0.004' }, 3_700, settings)?.hold).toBe('30.00');
    expect(holdOf({ currency: 'ISK', preauthorizeAmount: '0.4' }, 3_700, settings)?.hold).toBe('4500');
    expect(holdOf({ currency: 'KWD', preauthorizeAmount: '0.0004' }, 3_700, settings)).toBeUndefined();
  });

  it('has the decimals of its currency', () => {
    expect(holdOf({ currency: 'ISK' }, 3_700, settings)).toEqual({ hold: '4500', limit: '4275' });
    const dinars = { ...settings, HOLD_AMOUNTS: readHoldAmounts('KWD=10/20/30.5, EUR=1/2/3') };
    expect(holdOf({ currency: 'KWD' }, 300_000, dinars)).toEqual({ hold: '30.500', limit: '28.975' });
    expect(holdOf({ currency: 'EUR' }, 300_000, dinars)?.hold).toBe('3.00');
  });

  it('is nothing in a currency without amounts', () => {
    expect(holdOf({ currency: 'KWD' }, 3_700, settings)).toBeUndefined();
  });

  it.each(['EUR', 'EUR=1/2', 'XYZ=1/2/3', 'EUR=0/1/2', 'EUR=1/2/-3', 'EUR=0.004/1/2', 'EUR=1/2/3/4'])(
    'refuses the setting %s',
    (text) => {
      expect(() => readHoldAmounts(text)).toThrow(/has "/);
    },
  );
});
