import type { Payment } from '../payments/payment.entity.js';
import type { PaymentState } from '../payments/payment.states.js';
import type { KnownConnector } from '../projections/places.store.js';

/** Cables that did not come out are told of soon; later somebody else's is in it. */
const WITHIN_MS = 86_400_000;
/** Nobody plugged in by it, or the station was not asked yet. */
const NEVER: readonly PaymentState[] = ['authorizing', 'starting', 'waiting-for-plug', 'declined', 'failed'];

/** What is known of where the driver stands. */
export interface AtCable {
  readonly evse: { readonly connectors: readonly Pick<KnownConnector, 'connectorId'>[] } | undefined;
  /** Sessions that charge at the EVSE. */
  readonly sessionIds: readonly string[];
  readonly now: Date;
}

/**
 * Connectors that may be unlocked for who paid there. What charges is stopped first: a station of OCPP 1.6 would end it by the
 * unlocking, and one of 2.x refuses; and nobody's cable is let go for somebody else while that charges.
 */
export function unlockable(payment: Payment, { evse, sessionIds, now }: AtCable): number[] {
  const { state, stopAskedAt, sessionId, endedAt, changedAt } = payment;
  const isTold = now.getTime() - (endedAt ?? changedAt).getTime() <= WITHIN_MS;
  const isOthers = sessionIds.some((one) => one !== sessionId);
  if (NEVER.includes(state) || (state === 'charging' && stopAskedAt === null) || !isTold || isOthers) return [];
  const known = (evse?.connectors ?? []).flatMap(({ connectorId }) => connectorId ?? []);
  return known.length > 0 ? known : [1];
}
