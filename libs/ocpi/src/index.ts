export {
  type Envelope,
  type StatusCode,
  EnvelopeOf,
  Fault,
  OcpiRefusal,
  envelope,
  fault,
  statusCodes,
} from './envelope.js';
export { type PartyRole, Credentials, ReceivedCredentials, credentialsOf, rolesOf } from './credentials/credentials.js';
export { type AnswerRead, readAnswer } from './wire/answer.js';
export { type PageRead, nextPageOf, readPage } from './wire/page.js';
export { ReceivedDetails, ReceivedVersions, newestCommon } from './wire/versions.js';
export { echoed } from './correlation.js';
export { type ListQuery, type NextPage, InvalidQuery, listHeaders, readListQuery } from './paging.js';
export { type TokenForm, authorization, spellingsOf, tokenForms, tokensOf } from './token.js';
export {
  type ModuleId,
  type OcpiPage,
  type OcpiVersion,
  type Route,
  type Row,
  moduleIds,
  page,
  routesOf,
} from './table.js';
export { type VersionNumber, versionNumbers } from './versions.js';
export { type BilledCdr, type Party, type Presentation, ocpiCdr } from './cdr/cdr.js';
export type { PricedPeriod } from './cdr/periods.js';
export { PRECISIONS, type Precision } from './cdr/precision.js';
export { Cdr221, Cdr230 } from './cdr/schema.js';
export {
  ReceivedToken,
  ReceivedTokenPatch,
  Token221,
  Token230,
  ocpiToken,
  tokenOf,
  tokenTypeOf,
} from './tokens/token-object.js';
export {
  type ToldConnector,
  type ToldEvse,
  type ToldLocation,
  type ToldPlace,
  ocpiConnector,
  ocpiEvse,
  ocpiLocation,
} from './location/location.js';
export {
  Connector221,
  Connector230,
  Evse221,
  Evse230,
  EvseStatus,
  Location221,
  Location230,
} from './location/schema.js';
export { evseStatus } from './location/status.js';
