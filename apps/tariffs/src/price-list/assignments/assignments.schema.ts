import { ChosenUuid, CountryCode, EvseId, Instant, Note, PartyId, StationId, Uuid, oneOf } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const AssignmentParams = Type.Object({ assignmentId: ChosenUuid });

/** OCPI's CiString(36). */
const Id36 = Type.String({ minLength: 1, maxLength: 36 });

export const AssignmentBody = Type.Object({
  tariffId: ChosenUuid,
  target: Type.Object({
    scope: oneOf('operator', 'location-group', 'location', 'evse'),
    locationGroupId: Type.Optional(ChosenUuid),
    locationId: Type.Optional(ChosenUuid),
    stationId: Type.Optional(StationId),
    evseId: Type.Optional(EvseId),
  }),
  /** Everybody, if absent. The most specific audience wins, and for one audience the narrowest target. */
  audience: Type.Optional(
    Type.Object({
      kind: oneOf('contract', 'token-group', 'ad-hoc', 'partner'),
      contractId: Type.Optional(Id36),
      groupId: Type.Optional(Id36),
      /** The issuer of the tokens; of a contract or group the operator itself, if absent. */
      countryCode: Type.Optional(CountryCode),
      partyId: Type.Optional(PartyId),
    }),
  ),
  /** Of an audience: why it pays another price than everybody (AFIR), and the day on which that was found right. */
  justification: Type.Optional(Type.Object({ reason: Note, on: Type.String({ format: 'date' }) })),
  /** Inclusive. */
  validFrom: Instant,
  /** Exclusive; open, if absent. */
  validTo: Type.Optional(Instant),
});

export type AssignmentBody = Static<typeof AssignmentBody>;

export const AssignmentView = Type.Object({ id: Uuid, ...AssignmentBody.properties });
export type AssignmentView = Static<typeof AssignmentView>;
export const assignmentTag = new ETag<AssignmentView>();

nameSchemas({ AssignmentBody, Assignment: AssignmentView });
