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
  type BasicCredentials,
  isStationId,
  stationIdFromUrl,
} from './handshake.js';
export { InboundRateLimiter, type InboundRateLimits, inboundRateLimits } from './rate-limiter.js';
export type { Deviation, LenientReading, ReadingContext, Rule, ZonelessAs } from './lenient/deviation.js';
export { zonelessReadings } from './lenient/instants.js';
export * from './messages.js';
export type { CallOptions, CallPriority, Leniency } from './outgoing-calls.js';
export type { Action, Subprotocol, Request, Response } from './payloads.js';
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
export { chain, type MaybePromise } from './maybe-promise.js';
export { flatMapInSlices } from './slices.js';
export { storableText, wasUnstorable } from './storable-text.js';
