import { type Command, type Role, holdsSecret } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import type { Station } from '../stations/station.entity.js';

const OF_SESSIONS: readonly Command['name'][] = ['RequestStartTransaction', 'RequestStopTransaction'];
const OF_TARIFFS: readonly Command['name'][] = [
  'CostUpdated',
  'SetDefaultTariff',
  'ClearTariffs',
  'SetDisplayMessage',
  'ClearDisplayMessage',
  'ChangeTransactionTariff',
];
/** What opens the page tells it. */
const OF_PAYMENTS: readonly Command['name'][] = ['NotifyWebPaymentStarted'];

/** Whether the role may send such a command, and look up what became of it. */
export function isFor(role: Role, { name }: Command): boolean {
  return role !== 'hotline' || name === 'UnlockConnector';
}

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
  demandNoSecrets(command);
  if (!connected) throw problem('station-not-connected', { stationId });
}

/** The command is kept, shown and travels in the clear, and so is its answer. */
function demandNoSecrets(command: Command): void {
  if (command.name === 'GetVariables' && command.variables.some(({ variable }) => holdsSecret(variable)))
    throw problem('bad-request', { detail: 'a password or secret is not read by a command' });
  if (
    command.name === 'SetVariables' &&
    command.variables.some(({ variable, sealed }) => sealed || holdsSecret(variable))
  )
    throw problem('bad-request', { detail: 'a password or secret is not set by a command' });
}
