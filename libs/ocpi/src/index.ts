export { type Envelope, type StatusCode, envelope, fault, statusCodes } from './envelope.js';
export { echoed } from './correlation.js';
export { type ListQuery, type NextPage, InvalidQuery, listHeaders, readListQuery } from './paging.js';
export { tokensOf } from './token.js';
export {
  type VersionDetails,
  type VersionNumber,
  isVersion,
  versionDetails,
  versionList,
  versionNumbers,
} from './versions.js';
export { type BilledCdr, type Party, type Presentation, ocpiCdr } from './cdr/cdr.js';
export type { PricedPeriod } from './cdr/periods.js';
export { PRECISIONS, type Precision } from './cdr/precision.js';
export { Cdr221, Cdr230 } from './cdr/schema.js';
