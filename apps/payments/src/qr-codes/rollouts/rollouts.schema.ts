import { Instant, StationId, Uuid, oneOf, optional, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { passwordRules } from '../password-rules.js';
import { STATES } from './rollouts.decide.js';

export const RolloutBody = Type.Object({
  /** One station, or all of OCPP 2.1 at a location. */
  stationId: optional(StationId),
  locationId: optional(Uuid),
  /** Left out: 30. */
  validityS: optional(passwordRules.validityS),
  /** Left out: 12. */
  length: optional(passwordRules.length),
  /** Whether each EVSE has a display of its own; left out: the station has one. */
  perEvse: optional(Type.Boolean()),
});
export type RolloutBody = Static<typeof RolloutBody>;

export const RolloutParams = Type.Object({ rolloutId: Uuid });

export const RolloutView = Type.Object({
  rolloutId: Uuid,
  stationId: StationId,
  /** What the station made of it. A secret that is not refused is good for codes from the beginning. */
  state: oneOf(...STATES),
  /** The station's own words. */
  detail: optional(text(512)),
  ...passwordRules,
  perEvse: Type.Boolean(),
  requestedAt: Instant,
  finishedAt: optional(Instant),
  /** Since when the station's pages open by codes with this secret alone. */
  inForceAt: optional(Instant),
});
export type RolloutView = Static<typeof RolloutView>;

export const RolloutsAsked = Type.Object({ items: Type.Array(RolloutView) });

nameSchemas({
  DynamicCodeRollout: RolloutView,
  DynamicCodeRolloutWanted: RolloutBody,
  DynamicCodeRolloutsAsked: RolloutsAsked,
});
