/** What the helpdesk may do with a payment. */
export const HELPDESK_ACTIONS = [
  'start',
  'stop',
  'unlock',
  'send-link',
  'release',
  'refund',
  'retry-capture',
  'write-off',
] as const;
export type HelpdeskAction = (typeof HELPDESK_ACTIONS)[number];
