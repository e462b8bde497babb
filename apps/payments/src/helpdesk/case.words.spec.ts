import { describe, expect, it } from '@jest/globals';
import type { Payment } from '../payments/payment.entity.js';
import { moneyWords, sessionWords } from './case.words.js';

const begun = {
  ...{ state: 'authorizing', offer: { timeZone: 'Europe/Berlin' }, currency: 'EUR', holdState: 'none' },
  ...{ authorizedAmount: null, due: null, dueCurrency: null, capturedAmount: '0', refundedAmount: '0' },
  ...{ refundWanted: '0', goodwill: '0', writtenOffAt: null, startedAt: null, endedAt: null, ending: null },
  ...{ energyWh: null, cost: null },
} as Payment;
const startedAt = new Date('2026-03-02T09:00:00Z');
const charging: Payment = {
  ...begun,
  ...{ state: 'charging', holdState: 'held', authorizedAmount: '50.00', startedAt, energyWh: 7_250, cost: '4.28' },
};
const captured: Payment = {
  ...charging,
  ...{ state: 'captured', holdState: 'gone', due: '12.34', capturedAmount: '12.34', energyWh: 20_915 },
  ...{ endedAt: new Date('2026-03-02T10:04:00Z'), ending: 'car' },
};
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const said = (payment: Payment, language: 'en' | 'de') =>
  plain(`${sessionWords(payment, language)} | ${moneyWords(payment, language)}`);

describe('a payment in words', () => {
  it('of which nothing has happened is said as that', () => {
    expect(said(begun, 'en')).toBe('Charging has not begun yet. | Nothing is held, and nothing was paid.');
    expect(said({ ...begun, state: 'declined' }, 'de')).toBe(
      'Damit wurde nicht geladen. | Es ist nichts reserviert, und es wurde nichts bezahlt.',
    );
  });

  it('that charges tells since when, how much so far, and what is held', () => {
    expect(said(charging, 'en')).toBe(
      'Charging began on 2 Mar 2026, 10:00:00. 7.25 kWh were charged so far. It has cost €4.28 so far. | €50.00 are held on the card.',
    );
    expect(said(charging, 'de')).toBe(
      'Das Laden begann am 02.03.2026, 10:00:00. Bisher wurden 7,25 kWh geladen. Bisher kostet es 4,28 €. | 50,00 € sind auf der Karte reserviert.',
    );
  });

  it('that was paid and is given back tells what it cost, what was taken, and what is still to come', () => {
    expect(said({ ...captured, refundWanted: '12.34', goodwill: '12.34', refundedAmount: '2.34' }, 'de')).toBe(
      'Das Laden begann am 02.03.2026, 10:00:00. Es endete am 02.03.2026, 11:04:00. Ihr Auto hat das Laden beendet. 20,92 kWh wurden geladen.' +
        ' | Der Ladevorgang kostet 12,34 €. 12,34 € wurden von der Karte abgebucht. 2,34 € wurden erstattet. 10,00 € sind noch zu erstatten.',
    );
  });

  it('that was not paid in full tells what is due', () => {
    const short = { ...captured, due: '60.00', capturedAmount: '50.00' };
    expect(plain(moneyWords(short, 'en'))).toBe(
      'The session costs €60.00. €50.00 were taken from the card. €10.00 are due and were not paid.',
    );
    expect(moneyWords({ ...short, writtenOffAt: startedAt }, 'en')).toContain('was given up');
  });
});
