import { metric } from './metric.js';

const state = { 'chargemesh.payment.state': 'a state of docs/payments-states.md' };
const provider = { 'chargemesh.payment.provider': 'the payment provider' };

export const moves = metric({
  kind: 'counter',
  name: 'chargemesh.payments.moves',
  unit: '{payment}',
  description: 'Ad hoc payments that have come to a state',
  attributes: {
    ...state,
    'chargemesh.payment.reason': 'why, in a word, where it did not end by a capture; none otherwise',
    ...provider,
  },
});
export const differences = metric({
  kind: 'counter',
  name: 'chargemesh.payments.differences',
  unit: '{payment}',
  description: 'Ad hoc payments whose state at the provider nobody had told us: lost webhooks, forgotten holds',
  attributes: provider,
});
export const findings = metric({
  kind: 'gauge',
  name: 'chargemesh.payments.findings',
  unit: '{finding}',
  description:
    'Findings of the reconciliation that nobody has resolved: payments, providers and CDRs that do not agree; every process of the service says it',
  attributes: { 'chargemesh.payment.finding': 'a kind of finding, such as hold-forgotten' },
});
export const unsettled = metric({
  kind: 'gauge',
  name: 'chargemesh.payments.unsettled',
  unit: '{payment}',
  description: 'Ad hoc payments that are not at their end, or owe a refund; every process of the service says it',
  attributes: state,
});
export const oldestUnsettled = metric({
  kind: 'gauge',
  name: 'chargemesh.payments.unsettled.oldest',
  unit: 's',
  description: 'For how long the one that waits longest has been in a state; every process of the service says it',
  attributes: state,
});
export const holdLeft = metric({
  kind: 'gauge',
  name: 'chargemesh.payments.hold.left',
  unit: 's',
  description:
    'How long the provider still keeps the hold that ends first in a state; every process of the service says it',
  attributes: state,
});
export const notifications = metric({
  kind: 'counter',
  name: 'chargemesh.payments.notifications',
  unit: '{notification}',
  description: 'What payment providers told by webhooks, each once',
  attributes: provider,
});
export const refusedNotifications = metric({
  kind: 'counter',
  name: 'chargemesh.payments.notifications.refused',
  unit: '{notification}',
  description: 'Webhooks of payment providers that could not be verified; anybody on the internet can send some',
  attributes: { ...provider, 'chargemesh.payment.refusal': 'signature, too-old, or no-keys' },
});
