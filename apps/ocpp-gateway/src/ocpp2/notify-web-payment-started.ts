import type { ToStation21 } from './versions.js';

/** OCPP 2.1 C25: the station may say at its display that somebody pays at the page of an EVSE. */
export const notifyWebPaymentStarted: ToStation21<'NotifyWebPaymentStarted', 'NotifyWebPaymentStarted'> = {
  command: 'NotifyWebPaymentStarted',
  requests: ({ evseId, timeoutS }) => [{ evseId, timeout: timeoutS }],
  outcome: () => ({ status: 'accepted' }),
  bestEffort: true,
};
