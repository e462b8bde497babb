import { ChosenUuid, Place, PublicPlace, Uuid } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { GivenCoordinates } from './coordinates.js';

export const LocationBody = Type.Object({
  ...Place,
  coordinates: GivenCoordinates,
  ...PublicPlace,
  /** Whether partners may see it; true unless said. */
  publish: Type.Optional(Type.Boolean()),
  /** Whether only energy that signed meter values prove may be billed; not, unless said. */
  billVerifiedOnly: Type.Optional(Type.Boolean()),
});
export type LocationBody = Static<typeof LocationBody>;

export const LocationView = Type.Object({
  locationId: Uuid,
  ...Place,
  ...PublicPlace,
  publish: Type.Boolean(),
  billVerifiedOnly: Type.Boolean(),
});
export type LocationView = Static<typeof LocationView>;
export const locationTag = new ETag<LocationView>();

export const LocationParams = Type.Object({ locationId: ChosenUuid });

nameSchemas({ LocationBody, Location: LocationView });
