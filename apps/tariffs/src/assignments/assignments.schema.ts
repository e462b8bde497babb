import { AssignmentTarget, Instant, Uuid } from '@chargemesh/contracts';
import { PageQuery } from '@chargemesh/service';
import { Type } from 'typebox';

export const AssignmentParams = Type.Object({ assignmentId: Uuid });

export const AssignmentBody = Type.Object({
  tariffId: Uuid,
  /** The narrowest target wins: EVSE, then location, then operator. */
  target: AssignmentTarget,
  /** Inclusive. */
  validFrom: Instant,
  /** Exclusive; open, if absent. */
  validTo: Type.Optional(Instant),
});

export const AssignmentView = Type.Object({ id: Uuid, ...AssignmentBody.properties });

export const AssignmentsQuery = Type.Object(PageQuery);
