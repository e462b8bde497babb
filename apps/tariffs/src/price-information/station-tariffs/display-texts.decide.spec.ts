import { describe, expect, it } from '@jest/globals';
import { textsToTell } from './display-texts.decide.js';
import type { EvseToTell, Price } from './station-tariffs.decide.js';
import type { ToldTariff } from './told-tariff.js';

const DAY = '01930000-0000-7000-8000-000000000021';
const now = new Date('2026-03-02T09:00:00Z');
const price = (content: string, tariffVersion = 1): Price => ({
  ...{ tariffId: DAY, tariffVersion, translation: { inexpressible: [] }, words: { language: 'de', content } },
});

function tell(price: Price | undefined, told?: ToldTariff) {
  let count = 0;
  const evses: EvseToTell[] = [{ evseId: 2, price, told }];
  return textsToTell(evses, { stationId: 'CS-1', operatorId: 'O', now, newId: () => `command ${++count}` });
}

describe('a station that knows no tariffs is given', () => {
  it('the price of each EVSE in words, once', () => {
    const { told, says } = tell(price('0,50 € pro kWh'));
    expect(says).toMatchObject([
      {
        command: { name: 'SetDisplayMessage', messageId: 71_002, evseId: 2, language: 'de', content: '0,50 € pro kWh' },
      },
    ]);
    expect(told).toMatchObject([{ evseId: 2, tariffId: DAY, status: 'pending', commandId: 'command 1' }]);
    for (const status of ['pending', 'accepted', 'rejected', 'not-supported'] as const)
      expect(tell(price('0,50 € pro kWh'), { ...told[0]!, status })).toEqual({ told: [], says: [] });
  });

  it('other words in place of those before, and again what it did not answer', () => {
    const [first] = tell(price('0,50 € pro kWh')).told;
    const second = tell(price('0,60 € pro kWh', 2), { ...first!, status: 'accepted' });
    expect(second.says).toMatchObject([{ command: { messageId: 71_002, content: '0,60 € pro kWh' } }]);
    expect(tell(price('0,50 € pro kWh'), { ...first!, status: 'timed-out', saidAs: null }).says).toHaveLength(1);
  });

  it('nothing that does not fit its display, and loses what is no price any more', () => {
    const [first] = tell(price('0,50 € pro kWh')).told;
    const long = tell(price('x'.repeat(513), 2), first);
    expect(long.told).toMatchObject([{ status: 'pending', tariffId: null, commandId: 'command 1' }]);
    expect(long.says).toMatchObject([{ command: { name: 'ClearDisplayMessage', messageId: 71_002 } }]);
    expect(tell(undefined, first).says).toMatchObject([{ command: { name: 'ClearDisplayMessage' } }]);
    expect(tell(undefined)).toEqual({ told: [], says: [] });
    const cleared = { ...long.told[0]!, status: 'accepted' } as const;
    expect(tell(price('x'.repeat(513), 2), cleared)).toMatchObject({
      told: [{ status: 'inexpressible', detail: 'out-of-range', tariffId: DAY }],
      says: [],
    });
  });

  it('again what it is to take away, until it has answered that, be it told or lost before', () => {
    const [shown] = tell(price('0,50 € pro kWh')).told;
    const [gone] = tell(undefined, { ...shown!, status: 'accepted' }).told;
    const clears = [{ command: { name: 'ClearDisplayMessage', messageId: 71_002 } }];
    for (const status of ['timed-out', 'failed', 'unknown'] as const) {
      const again = tell(undefined, { ...gone!, status });
      expect(again.says).toMatchObject(clears);
      expect(again.told).toMatchObject([{ tariffId: null, status: 'pending', commandId: 'command 1' }]);
      expect(tell(price('x'.repeat(513)), { ...gone!, status }).says).toMatchObject(clears);
    }
    for (const status of ['timed-out', 'failed', 'unknown'] as const)
      expect(tell(undefined, { ...shown!, status, saidAs: null }).says).toMatchObject(clears);
    for (const status of ['pending', 'accepted', 'rejected'] as const)
      expect(tell(undefined, { ...gone!, status })).toEqual({ told: [], says: [] });
  });
});
