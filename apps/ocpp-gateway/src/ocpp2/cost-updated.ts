import { isNameable } from './nameable.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x I02. Taxes are included. */
export const costUpdated: ToStation2<'CostUpdated', 'CostUpdated'> = {
  command: 'CostUpdated',
  requests: ({ transactionId, totalCost }) =>
    isNameable(transactionId) ? [{ totalCost: Number(totalCost), transactionId }] : [],
  outcome: () => ({ status: 'accepted' }),
  bestEffort: true,
};
