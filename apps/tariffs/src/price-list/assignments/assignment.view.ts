import { present } from '@chargemesh/contracts';
import type { Assignment } from './assignment.entity.js';
import type { AssignmentBody, AssignmentView } from './assignments.schema.js';

/** Who issues the tokens that the operator names without a party. */
export interface Issuer {
  readonly countryCode: string;
  readonly partyId: string;
}

/** The row of what was sent. */
export function assignmentOf(
  key: Pick<Assignment, 'assignmentId' | 'operatorId' | 'version'>,
  { tariffId, target, audience, justification, validFrom, validTo }: AssignmentBody,
  own: Issuer,
): Assignment {
  const { scope, locationGroupId = null, locationId = null, stationId = null, evseId = null } = target;
  return {
    ...key,
    tariffId,
    scope,
    locationGroupId,
    locationId,
    stationId,
    evseId,
    ...audienceOf(audience, own),
    justification: justification?.reason ?? null,
    justifiedOn: justification?.on ?? null,
    validFrom: new Date(validFrom),
    validTo: validTo === undefined ? null : new Date(validTo),
  };
}

function audienceOf(audience: AssignmentBody['audience'], own: Issuer) {
  if (!audience) return { audience: 'everybody' as const, contractId: null, groupId: null, ...nobody };
  const { kind, contractId = null, groupId = null, countryCode, partyId } = audience;
  const issued = kind === 'contract' || kind === 'token-group';
  const unnamed = countryCode === undefined && partyId === undefined;
  const issuer = issued && unnamed ? own : { countryCode: countryCode ?? null, partyId: partyId ?? null };
  return { audience: kind, contractId, groupId, countryCode: issuer.countryCode, partyId: issuer.partyId };
}

const nobody = { countryCode: null, partyId: null };

export function viewOf(assignment: Assignment): AssignmentView {
  const { assignmentId: id, tariffId, scope, audience: kind, validFrom, validTo } = assignment;
  const { justification: reason, justifiedOn: on } = assignment;
  const { locationGroupId, locationId, stationId, evseId, contractId, groupId, countryCode, partyId } = assignment;
  return {
    id,
    tariffId,
    target: { scope, ...present({ locationGroupId, locationId, stationId, evseId }) },
    ...(kind === 'everybody' ? {} : { audience: { kind, ...present({ contractId, groupId, countryCode, partyId }) } }),
    ...(reason === null || on === null ? {} : { justification: { reason, on } }),
    validFrom: validFrom.toISOString(),
    ...(validTo === null ? {} : { validTo: validTo.toISOString() }),
  };
}
