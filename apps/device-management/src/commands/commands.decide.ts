import type { Command } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import type { Station } from '../stations/station.entity.js';

/** Variables that hold the station's password, in OCPP 2.x and 1.6, and the secret of its dynamic codes, in 2.1. */
const SECRETS = new Set(['basicauthpassword', 'authorizationkey', 'sharedsecret']);
const OF_SESSIONS: readonly Command['name'][] = ['RequestStartTransaction', 'RequestStopTransaction'];
const OF_TARIFFS: readonly Command['name'][] = [
  'CostUpdated',
  'SetDefaultTariff',
  'ClearTariffs',
  'ChangeTransactionTariff',
];
/** What opens the page tells it. */
const OF_PAYMENTS: readonly Command['name'][] = ['NotifyWebPaymentStarted'];

/** Refuses what may not be sent to the station from here, or not now. */
export function permit({ stationId, connected }: Station, command: Command): void {
  if (OF_SESSIONS.includes(command.name)) {
    throw problem('bad-request', { detail: 'starts and stops are asked of sessions' });
  }
  if (OF_TARIFFS.includes(command.name)) {
    throw problem('bad-request', { detail: 'tariffs tells stations of prices and costs' });
  }
  if (OF_PAYMENTS.includes(command.name)) {
    throw problem('bad-request', { detail: 'payments tells stations who pays at its pages' });
  }
  // The command is kept, shown and travels in the clear.
  if (
    command.name === 'SetVariables' &&
    command.variables.some(({ variable, sealed }) => sealed || SECRETS.has(variable.toLowerCase()))
  ) {
    throw problem('bad-request', { detail: 'a password or secret is not set by a command' });
  }
  if (!connected) throw problem('station-not-connected', { stationId });
}
