import { ChosenUuid, Uuid } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const LocationGroupParams = Type.Object({ locationGroupId: ChosenUuid });

export const LocationGroupBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** All of its locations; who is not named any more leaves it now. */
  locationIds: Type.Array(ChosenUuid, { maxItems: 5_000, uniqueItems: true }),
});
export type LocationGroupBody = Static<typeof LocationGroupBody>;

export const LocationGroupView = Type.Object({ id: Uuid, ...LocationGroupBody.properties });
export type LocationGroupView = Static<typeof LocationGroupView>;
export const locationGroupTag = new ETag<LocationGroupView>();

nameSchemas({ LocationGroupBody, LocationGroup: LocationGroupView });
