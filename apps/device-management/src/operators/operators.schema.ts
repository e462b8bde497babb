import { Type, type Static } from 'typebox';
import {
  ChosenUuid,
  CountryCode,
  Currency,
  Instant,
  OperatorSettings as settings,
  PartyId,
  Role,
  Uuid,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
export const OperatorBody = Type.Object({
  /** Under which it is known to drivers. */
  name: text(100),
  /** Under which it signs contracts, if another. */
  legalName: Type.Optional(text(200)),
  countryCode: CountryCode,
  partyId: PartyId,
  currency: Currency,
  /** What a station is told about a token when nobody answers in time. */
  authorizationDefault: Type.Optional(oneOf('Accepted', 'Invalid')),
  ...settings,
});
export type OperatorBody = Static<typeof OperatorBody>;

export const OperatorView = Type.Object({
  operatorId: Uuid,
  name: text(100),
  legalName: Type.Optional(text(200)),
  countryCode: CountryCode,
  partyId: PartyId,
  currency: Currency,
  authorizationDefault: oneOf('Accepted', 'Invalid'),
  ...settings,
});
export type OperatorView = Static<typeof OperatorView>;
export const operatorTag = new ETag<OperatorView>();

/** What an operator decides itself; what is left out is as the default has it. */
export const SettingsBody = Type.Object(settings);
export type SettingsBody = Static<typeof SettingsBody>;

export const OperatorParams = Type.Object({ operatorId: ChosenUuid });

export const ApiKeyBody = Type.Object({
  name: text(100),
  role: Role,
  expiresAt: Type.Optional(Instant),
});
export type ApiKeyBody = Static<typeof ApiKeyBody>;

export const ApiKeyView = Type.Object({
  apiKeyId: Uuid,
  name: text(100),
  role: Role,
  expiresAt: Type.Optional(Instant),
  /** The key itself, in the answer that creates it and never again. */
  apiKey: Type.Optional(text(64)),
});
export type ApiKeyView = Static<typeof ApiKeyView>;
export const apiKeyTag = new ETag<ApiKeyView>(({ apiKey: _shownOnce, ...about }) => about);

export const ApiKeyParams = Type.Object({ operatorId: ChosenUuid, apiKeyId: ChosenUuid });

nameSchemas({
  OperatorBody,
  Operator: OperatorView,
  OperatorSettingsBody: SettingsBody,
  ApiKeyBody,
  ApiKey: ApiKeyView,
});
