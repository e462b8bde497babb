import { ChosenUuid, EvseId, Instant, StationId, Uuid, oneOf } from '@chargemesh/contracts';
import { PageQuery } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const AssignmentParams = Type.Object({ assignmentId: ChosenUuid });

export const AssignmentBody = Type.Object({
  tariffId: ChosenUuid,
  /** The narrowest target wins: EVSE, then location, then operator. */
  target: Type.Object({
    scope: oneOf('operator', 'location', 'evse'),
    locationId: Type.Optional(ChosenUuid),
    stationId: Type.Optional(StationId),
    evseId: Type.Optional(EvseId),
  }),
  /** Inclusive. */
  validFrom: Instant,
  /** Exclusive; open, if absent. */
  validTo: Type.Optional(Instant),
});

export type AssignmentBody = Static<typeof AssignmentBody>;

export const AssignmentView = Type.Object({ id: Uuid, ...AssignmentBody.properties });
export type AssignmentView = Static<typeof AssignmentView>;

export const AssignmentsQuery = Type.Object(PageQuery);
export type AssignmentsQuery = Static<typeof AssignmentsQuery>;
