export type { Device, LossCompensation, OcmfRecord, User } from './ocmf-record.js';
export type { SignedReading, TimeStatus } from './ocmf-readings.js';
export { VALUE_BYTES_MAX } from './ocmf-sections.js';
export { PUBLIC_KEY_CHARS_MAX } from './public-key.js';
export { type Reason, type Result, reasons } from './reasons.js';
export { type SignedData, type Verdict, verifySignedData } from './verify.js';
export { type SessionVerdict, VALUES_MAX, verifySession } from './session.js';
export { type ExportedValue, NotExportable, transparencyXml } from './transparency-xml.js';
export { type FiledValue, isTransparencyXml, readTransparencyXml } from './transparency-xml-read.js';
