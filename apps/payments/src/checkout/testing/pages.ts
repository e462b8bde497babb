import type { PaymentView, Quote } from '../../payments/checkout.port.js';
import type { EvseAtPlace } from '../../projections/places.store.js';
import type { EvsePage } from '../pages/evse.page.js';
import { Texts } from '../languages/texts.js';
import type { PaymentPage } from '../pages/payment.page.js';

/** Pages as tests show them. */

export const evse: EvseAtPlace = {
  operatorId: '01930000-0000-7000-8000-000000000001',
  stationId: 'CS-16',
  evseId: 2,
  evseRef: 'DE*ABC*ECS16*2',
  released: true,
  connected: true,
  connectors: [
    {
      ...{ standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE', maxVoltage: 230, maxAmperage: 32 },
      ...{ maxPowerW: 22_000, status: 'Available' },
    },
  ],
  place: {
    name: 'Harbour car park',
    address: 'Am Kai 12',
    city: 'Hamburg',
    postalCode: '20457',
    country: 'DEU',
    timeZone: 'Europe/Berlin',
    helpPhone: '+49 40 123456',
  },
};

export const quote: Quote = {
  offer: {
    price: { tariffId: '01930000-0000-7000-8000-000000000021', tariffVersion: 3 },
    currency: 'EUR',
    country: 'DEU',
    timeZone: 'Europe/Berlin',
    locale: 'de',
    prices: [
      {
        ...{ kind: 'energy', component: 'ENERGY', amount: '0.5355', taxPercent: '19' },
        text: '0,5355 € pro kWh, inkl. 19 % MwSt.',
      },
      {
        ...{ kind: 'minute', component: 'PARKING_TIME', amount: '0.119', taxPercent: '19' },
        text: '0,119 € pro Minute Standzeit ohne Laden, inkl. 19 % MwSt., nach 30 Min.',
      },
    ],
    notes: [],
  },
  hold: '50.00',
  limit: '48.00',
};

export function shownEvse(more: Partial<EvsePage> = {}): EvsePage {
  return {
    ...{ texts: new Texts('de'), evse, operatorName: 'Stadtwerke Hafen', availability: 'available', quote },
    ...{ host: 'laden.example', path: '/pay/DE*ABC*ECS16*2' },
    ...more,
  };
}

export function paymentView(more: Partial<PaymentView> = {}): PaymentView {
  const { operatorId, stationId, evseId } = evse;
  return {
    ...{ operatorId, stationId, evseId, paymentId: '01930000-0000-7000-8000-0000000000f1' },
    ...{ reference: 'Vq3o0R1pXm7zT5yKc2Wb9A', state: 'charging', offer: quote.offer, language: 'de' },
    ...{ currency: 'EUR', hold: '50.00', limit: '48.00', cost: '5.48', energyWh: 10_237, powerW: 11_040 },
    createdAt: new Date('2026-03-02T08:58:00Z'),
    startedAt: new Date('2026-03-02T09:00:00Z'),
    ...{ capturedAmount: '0.00', refundedAmount: '0.00', stoppable: true },
    ...more,
  };
}

export function shownPayment(payment: Partial<PaymentView> = {}, more: Partial<PaymentPage> = {}): PaymentPage {
  return {
    ...{
      texts: new Texts('de'),
      payment: paymentView(payment),
      evse,
      operatorName: 'Stadtwerke Hafen',
      receipt: undefined,
    },
    now: new Date('2026-03-02T09:47:10Z'),
    ...more,
  };
}
