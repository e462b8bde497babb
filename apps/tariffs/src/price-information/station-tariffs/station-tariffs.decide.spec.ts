import { describe, expect, it } from '@jest/globals';
import { type EvseToTell, type Price, driversTariff, tariffAtAll, pricesToTell } from './station-tariffs.decide.js';
import type { ToldTariff } from './told-tariff.js';

const [DAY, NIGHT] = ['01930000-0000-7000-8000-000000000021', '01930000-0000-7000-8000-000000000022'] as const;
const now = new Date('2026-03-02T09:00:00Z');

function priceOf(tariffId: string, priceKwh: number, tariffVersion = 1): Price {
  return { tariffId, tariffVersion, translation: { tariff: { currency: 'EUR', energy: { prices: [{ priceKwh }] } } } };
}
const unsayable: Price = { tariffId: DAY, tariffVersion: 2, translation: { inexpressible: ['step-size'] } };
const day = priceOf(DAY, 0.5);
const night = priceOf(NIGHT, 0.3);

function tell(prices: (Price | undefined)[], known: readonly ToldTariff[] = []) {
  let count = 0;
  const evses = prices.map((price, index): EvseToTell => {
    const evseId = index + 1;
    return { evseId, price, told: known.find((one) => one.evseId === evseId) };
  });
  return pricesToTell(evses, { stationId: 'CS-1', operatorId: 'O', now, newId: () => `command ${++count}` });
}
const accepted = (told: readonly ToldTariff[]) => told.map((one) => ({ ...one, status: 'accepted' as const }));
const shown = ({ says }: ReturnType<typeof tell>) =>
  says.map(({ command }) => [command.name, 'evseId' in command ? command.evseId : undefined]);

describe('a station is told', () => {
  it('one price for all its EVSEs at once', () => {
    const { told, says } = tell([day, day]);
    expect(says).toMatchObject([{ command: { name: 'SetDefaultTariff', evseId: 0, tariff: { currency: 'EUR' } } }]);
    const row = { tariffId: DAY, tariffVersion: 1, status: 'pending', commandId: 'command 1' };
    expect(told).toMatchObject([
      { evseId: 1, ...row },
      { evseId: 2, ...row },
    ]);
  });

  it('to clear the text of before, where it spoke OCPP 2.0.1 until now', () => {
    const known = tell([day]).told.map((one) => ({ ...one, saidAs: `${DAY}:abc:text`, status: 'accepted' as const }));
    const { told, says } = tell([day], known);
    expect(says.map(({ command }) => command)).toMatchObject([
      { name: 'SetDefaultTariff' },
      { name: 'ClearDisplayMessage', messageId: 71_001 },
    ]);
    expect(tell([day], accepted(told)).says).toEqual([]);
  });

  it('different prices one by one, each under an id of its own', () => {
    const different = tell([day, night]);
    expect(shown(different)).toEqual([
      ['SetDefaultTariff', 1],
      ['SetDefaultTariff', 2],
    ]);
    expect(new Set(different.told.map(({ saidAs }) => saidAs)).size).toBe(2);
  });

  it('nothing again that it was told, whatever it answered', () => {
    const { told } = tell([day, night]);
    for (const status of ['pending', 'accepted', 'rejected', 'not-supported'] as const) {
      const known = told.map((one) => ({ ...one, status }));
      expect(tell([day, night], known)).toEqual({ told: [], says: [] });
    }
  });

  it('again what it did not answer', () => {
    const known = tell([day]).told.map((one) => ({ ...one, status: 'timed-out' as const, saidAs: null }));
    expect(shown(tell([day], known))).toEqual([['SetDefaultTariff', 0]]);
  });

  it('again to forget a price that is none any more, until it has answered that', () => {
    const gone = tell([undefined], accepted(tell([day]).told)).told;
    expect(gone).toMatchObject([{ tariffId: null, status: 'pending' }]);
    const lost = gone.map((one) => ({ ...one, status: 'timed-out' as const }));
    expect(shown(tell([undefined], lost))).toEqual([['ClearTariffs', 1]]);
    expect(tell([undefined], accepted(gone))).toEqual({ told: [], says: [] });
  });

  it('to forget a price of which nobody knows whether it took it, when it is none any more', () => {
    const lost = tell([day]).told.map((one) => ({ ...one, status: 'timed-out' as const, saidAs: null }));
    expect(shown(tell([undefined], lost))).toEqual([['ClearTariffs', 1]]);
    expect(shown(tell([unsayable], lost))).toEqual([['ClearTariffs', 1]]);
  });

  it('a new version with other content, and not one with the same', () => {
    const known = accepted(tell([day]).told);
    expect(shown(tell([priceOf(DAY, 0.6, 2)], known))).toEqual([['SetDefaultTariff', 0]]);
    expect(shown(tell([priceOf(DAY, 0.5, 2)], known))).toEqual([]);
  });

  it('to forget a price that applies no longer, once', () => {
    const { told, says } = tell([undefined], accepted(tell([day]).told));
    expect(says).toMatchObject([{ command: { name: 'ClearTariffs', evseId: 1 } }]);
    expect(told).toMatchObject([{ tariffId: null, saidAs: null, status: 'pending', commandId: 'command 1' }]);
    expect(tell([undefined], told)).toEqual({ told: [], says: [] });
    expect(tell([undefined])).toEqual({ told: [], says: [] });
  });

  it('nothing that OCPP has no words for, and to forget what it had instead', () => {
    const fresh = tell([unsayable]);
    expect(fresh.says).toEqual([]);
    expect(fresh.told).toMatchObject([{ tariffId: DAY, status: 'inexpressible', detail: 'step-size', saidAs: null }]);
    expect(tell([unsayable], fresh.told)).toEqual({ told: [], says: [] });
    expect(shown(tell([unsayable], accepted(tell([day]).told)))).toEqual([['ClearTariffs', 1]]);
    expect(shown(tell([day], fresh.told))).toEqual([['SetDefaultTariff', 0]]);
  });
});

describe('the price of a transaction is said to the station', () => {
  const [here] = accepted(tell([day]).told);

  it('when it is another one than that of the EVSE', () => {
    const command = driversTariff(night, 'T1', here);
    expect(command).toMatchObject({
      name: 'ChangeTransactionTariff',
      transactionId: 'T1',
      tariff: { currency: 'EUR' },
    });
    expect(driversTariff(day, 'T1', here)).toBeUndefined();
  });

  it('when the EVSE has none', () => {
    expect(driversTariff(day, 'T1', undefined)).toBeDefined();
    expect(driversTariff(day, 'T1', { ...here!, saidAs: null, status: 'failed' })).toBeDefined();
  });

  it('not when OCPP has no words for it, or the station did not want to know of tariffs', () => {
    expect(driversTariff(unsayable, 'T1', here)).toBeUndefined();
    for (const status of ['not-supported', 'rejected'] as const)
      expect(driversTariff(night, 'T1', { ...here!, status })).toBeUndefined();
  });
});

describe('the price of a driver who has not chosen an EVSE', () => {
  const { told } = tell([day, day]);
  const at = (prices: (Price | undefined)[], known: readonly (ToldTariff | undefined)[] = told) =>
    tariffAtAll(prices.map((price, index) => ({ evseId: index + 1, price, told: known[index] })));

  it('is theirs where it is one for all EVSEs and not the one that they show', () => {
    expect(at([night, night])).toMatchObject({ currency: 'EUR', energy: { prices: [{ priceKwh: 0.3 }] } });
    expect(at([night, night], [])).toBeDefined();
  });

  it('is not theirs where EVSEs differ, all show it, there is none, or OCPP has no words for it', () => {
    for (const prices of [
      [night, day],
      [day, day],
      [night, undefined],
      [undefined, undefined],
      [unsayable, unsayable],
      [],
    ])
      expect(at(prices)).toBeUndefined();
  });

  it('is told no station that does not want to know of tariffs', () => {
    expect(at([night, night], [told[0], { ...told[1]!, status: 'not-supported' }])).toBeUndefined();
  });
});
