import type { Subprotocol } from './payloads.js';

/** The CALLERROR codes, spelled as in OCPP 2.1 Part 4 §4.3; `codeOnWire` gives a version's own spelling. */
export type ErrorCode =
  | 'FormatViolation'
  | 'GenericError'
  | 'InternalError'
  | 'MessageTypeNotSupported'
  | 'NotImplemented'
  | 'NotSupported'
  | 'OccurrenceConstraintViolation'
  | 'PropertyConstraintViolation'
  | 'ProtocolError'
  | 'RpcFrameworkError'
  | 'SecurityError'
  | 'TypeConstraintViolation';

/** An error that is answered to, or came from, the other side as a CALLERROR. */
export class OcppError extends Error {
  override readonly name = 'OcppError';
  constructor(
    readonly code: ErrorCode,
    readonly description = '',
    readonly details: Record<string, unknown> = {},
  ) {
    super(`${code}${description && `: ${description}`}`);
  }
}

/** The answer to a CALL of ours came and says nothing that can be read: what it was about is done, or is not. */
export class UnreadableAnswer extends OcppError {}

/**
 * Thrown by a handler that cannot make a fact durable: nothing is answered and the socket is closed with 1011,
 * because a station drops a message that was answered with an error but keeps one that was not answered.
 */
export class Unanswerable extends Error {
  override readonly name = 'Unanswerable';
}

/** A CALL of ours got no answer in time; `sent` tells whether it left this process at all. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
  constructor(
    action: string,
    readonly sent: boolean,
  ) {
    super(sent ? `${action} was not answered in time` : `${action} was never sent: what went before it took too long`);
  }
}

/** The socket closed before a CALL of ours was answered; `sent` tells whether it left this process at all. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed';
  constructor(
    reason: string,
    readonly sent = false,
  ) {
    super(reason);
  }
}

/** More CALLs of ours wait for this station than the queue holds; this one was never sent. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

// 1.6 has no RPC-level codes, and spells two of its own in its own way (OCPP-J 1.6 §4.2.3, errata 5.1 and 5.2).
const codes16: Partial<Record<ErrorCode, string>> = {
  FormatViolation: 'FormationViolation',
  MessageTypeNotSupported: 'ProtocolError',
  OccurrenceConstraintViolation: 'OccurenceConstraintViolation',
  RpcFrameworkError: 'FormationViolation',
};

/** The code as a version spells it. */
export function codeOnWire(code: ErrorCode, version: Subprotocol): string {
  return (version === 'ocpp1.6' && codes16[code]) || code;
}

const spellings: Record<string, ErrorCode> = {
  FormationViolation: 'FormatViolation',
  FormatViolation: 'FormatViolation',
  GenericError: 'GenericError',
  InternalError: 'InternalError',
  MessageTypeNotSupported: 'MessageTypeNotSupported',
  NotImplemented: 'NotImplemented',
  NotSupported: 'NotSupported',
  OccurenceConstraintViolation: 'OccurrenceConstraintViolation',
  OccurrenceConstraintViolation: 'OccurrenceConstraintViolation',
  PropertyConstraintViolation: 'PropertyConstraintViolation',
  ProtocolError: 'ProtocolError',
  RpcFrameworkError: 'RpcFrameworkError',
  SecurityError: 'SecurityError',
  TypeConstraintViolation: 'TypeConstraintViolation',
};

/** The code meant by any spelling a peer uses; an unknown one is a GenericError. */
export function codeFromWire(text: string): ErrorCode {
  return (Object.hasOwn(spellings, text) && spellings[text]) || 'GenericError';
}

const codeOfKeyword: Record<string, ErrorCode> = {
  type: 'TypeConstraintViolation',
  required: 'OccurrenceConstraintViolation',
  minItems: 'OccurrenceConstraintViolation',
  maxItems: 'OccurrenceConstraintViolation',
  additionalItems: 'OccurrenceConstraintViolation',
  additionalProperties: 'FormatViolation',
};

/** The error for a payload that does not fit its schema; `keyword` is the JSON Schema rule it broke, `path` where. */
export function schemaError(keyword: string, path: string, message: string): OcppError {
  if (keyword === 'type' && path === '') return new OcppError('FormatViolation', 'the payload is not an object');
  return new OcppError(
    codeOfKeyword[keyword] ?? 'PropertyConstraintViolation',
    `${path || '/'} ${message}`,
    path ? { path } : {},
  );
}
