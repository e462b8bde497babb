import { Instant, Uuid, oneOf, text } from '@chargemesh/contracts';
import { callStates } from '@chargemesh/outbound';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

export const DeliveryParams = Type.Object({ partnerId: Uuid, deliveryId: Uuid });

export const DeliveryView = Type.Object({
  deliveryId: Uuid,
  /** ModuleID of OCPI. */
  module: text(36),
  /** The object that it is about, as partners know it. */
  objectId: text(100),
  /** `rejected`: the partner does not take it. `superseded`: a newer one took its place. `expired`: it failed until it was too old. */
  state: oneOf(...callStates),
  attempts: Type.Integer({ minimum: 0 }),
  createdAt: Instant,
  /** It is not sent any more after that. */
  expiresAt: Instant,
  settledAt: Type.Optional(Instant),
  /** Who gave it up. */
  settledBy: Type.Optional(text(255)),
  /** The delivery that this one repeats. */
  replayOf: Type.Optional(Uuid),
});
export type DeliveryView = Static<typeof DeliveryView>;

const AttemptView = Type.Object({
  at: Instant,
  durationMs: Type.Integer({ minimum: 0 }),
  result: oneOf('delivered', 'rejected', 'failed'),
  /** HTTP's; absent where nothing was answered. */
  status: Type.Optional(Type.Integer()),
  answer: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
});

export const DeliveryWithAttempts = Type.Object({
  ...DeliveryView.properties,
  /** The first ones, oldest first. */
  tried: Type.Array(AttemptView),
});
export type DeliveryWithAttempts = Static<typeof DeliveryWithAttempts>;

export const REPLAYED_AT_MOST = 100;
export const ReplaysBody = Type.Object({
  deliveryIds: Type.Array(Uuid, {
    minItems: 1,
    maxItems: REPLAYED_AT_MOST,
    description: 'Deliveries that are settled; those that wait are sent by themselves',
  }),
});
export type ReplaysBody = Static<typeof ReplaysBody>;

export const ReplaysView = Type.Object({
  /** Of those that are sent once more; the others of the request wait already, or are not there. */
  replayed: Type.Array(Uuid),
});
export type ReplaysView = Static<typeof ReplaysView>;

nameSchemas({
  OcpiDelivery: DeliveryView,
  OcpiDeliveryWithAttempts: DeliveryWithAttempts,
  OcpiReplaysBody: ReplaysBody,
  OcpiReplays: ReplaysView,
});
