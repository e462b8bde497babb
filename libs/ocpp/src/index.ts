export type { IncomingCall } from './answered-calls.js';
export { ConnectionRefused, connectStation, type StationOptions } from './client.js';
export type { Direction, Side } from './direction.js';
export {
  CallTimeout,
  ConnectionClosed,
  type ErrorCode,
  OcppError,
  QueueFull,
  Unanswerable,
  UnreadableAnswer,
} from './errors.js';
export { type Frame, type FrameLimits, type Malformed, parseFrame, serialiseFrame } from './frames.js';
export {
  basicCredentials,
  basicHeader,
  chooseVersion,
  type Credentials,
  isStationId,
  stationIdFromUrl,
} from './handshake.js';
export { Inflow, type InflowLimits, inflowLimits } from './inflow.js';
export type { Deviation, Reading, ReadingContext, Rule, ZonelessAs } from './lenient/deviation.js';
export * from './messages.js';
export type { CallOptions, CallPriority, Leniency } from './outgoing-calls.js';
export type { Action, OcppVersion, Request, Response } from './payloads.js';
export {
  type Dispatch,
  dispatcher,
  type Handler,
  type Handlers,
  type Irregularities,
  protocol,
  type Protocol,
} from './protocol.js';
export { type Closing, type InboundCall, type RpcLimits, type RpcOptions, RpcPeer, rpcLimits } from './rpc.js';
export { checkRequest, checkResponse, readLeniently } from './schemas.js';
export { proceed, type Soon } from './soon.js';
export { storableText, wasUnstorable } from './storable-text.js';
