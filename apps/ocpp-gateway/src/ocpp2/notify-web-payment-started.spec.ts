import { expect, it } from '@jest/globals';
import { notifyWebPaymentStarted } from './notify-web-payment-started.js';

it('a station is told that somebody pays at the page of an EVSE, and for how long', () => {
  expect(notifyWebPaymentStarted.requests({ name: 'NotifyWebPaymentStarted', evseId: 2, timeoutS: 1_800 })).toEqual([
    { evseId: 2, timeout: 1_800 },
  ]);
  expect(notifyWebPaymentStarted.outcome({})).toEqual({ status: 'accepted' });
});
