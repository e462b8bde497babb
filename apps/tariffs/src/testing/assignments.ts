import type { Assignment } from '../price-list/assignments/assignment.entity.js';

/** An assignment to the whole operator, for everybody. */
export const everybody = {
  scope: 'operator',
  locationGroupId: null,
  locationId: null,
  stationId: null,
  evseId: null,
  audience: 'everybody',
  contractId: null,
  groupId: null,
  countryCode: null,
  partyId: null,
  justification: null,
  justifiedOn: null,
} as const satisfies Partial<Assignment>;
