import { codeFromWire, codeOnWire, type ErrorCode, type OcppError } from './errors.js';
import type { OcppVersion } from './payloads.js';
import { maybeUnstorable, storable } from './storable-text.js';

/** One RPC message (OCPP-J 1.6 §4.2, OCPP 2.1 Part 4 §4.2). */
export type Frame =
  | { type: 'call'; messageId: string; action: string; payload: object }
  | { type: 'send'; messageId: string; action: string; payload: object }
  | { type: 'result'; messageId: string; payload: object }
  | ErrorFrame;

/** A refusal of a CALL, or (2.1) of the answer to one. */
export interface ErrorFrame {
  type: 'error' | 'resultError';
  messageId: string;
  code: ErrorCode;
  description: string;
  details: Record<string, unknown>;
}

/**
 * A text that is no RPC message. `answer` is what the sender must be told, if anything;
 * `answered` is the id of the CALL of ours that the text was meant to answer.
 */
export interface Malformed {
  type: 'malformed';
  reason: string;
  answer?: ErrorFrame;
  answered?: string;
}

/** What a text may cost at most; a hostile one is refused before it is parsed. */
export interface FrameLimits {
  /** Characters. */
  lengthMax: number;
  /** Arrays and objects inside each other. */
  depthMax: number;
}

export const frameLimits: FrameLimits = { lengthMax: 1_048_576, depthMax: 32 };

const messageIdLengthMax = 36;
const descriptionLengthMax = 255;
const unreadableId = '-1';
const typeNumbers = { call: 2, result: 3, error: 4, resultError: 5, send: 6 } as const;

/** Reads one RPC message. Never throws: what cannot be read comes back as `malformed`. */
export function parseFrame(text: string, version: OcppVersion, limits: FrameLimits = frameLimits): Frame | Malformed {
  if (text.length > limits.lengthMax) return refused(unreadableId, 'RpcFrameworkError', 'the message is too long');
  if (isDeeper(text, limits.depthMax)) return refused(unreadableId, 'RpcFrameworkError', 'the message is too deep');
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return refused(unreadableId, 'RpcFrameworkError', 'the message is not JSON');
  }
  if (!Array.isArray(message)) return refused(unreadableId, 'RpcFrameworkError', 'the message is not an array');
  return readArray(maybeUnstorable(text) ? withStorablePayloads(message) : message, version);
}

/** The message id stays as it is: it is the other side's to be answered with. */
function withStorablePayloads(message: readonly unknown[]): unknown[] {
  return message.map((part) => (isObject(part) ? storable(part) : part));
}

function readArray(message: unknown[], version: OcppVersion): Frame | Malformed {
  switch (message[0]) {
    case typeNumbers.call:
      return readCall(message);
    case typeNumbers.result:
      return readResult(message, version);
    case typeNumbers.error:
      return readError('error', message);
    case typeNumbers.resultError:
      return version === 'ocpp2.1' ? readError('resultError', message) : unknownType(message, version);
    case typeNumbers.send:
      return version === 'ocpp2.1' ? readSend(message) : unknownType(message, version);
    default:
      return unknownType(message, version);
  }
}

function readCall(message: unknown[]): Frame | Malformed {
  const [, messageId, action, payload] = message;
  if (!isMessageId(messageId)) return refused(unreadableId, 'RpcFrameworkError', 'the message id cannot be read');
  if (typeof action !== 'string') return refused(messageId, 'RpcFrameworkError', 'the action is not a string');
  if (message.length !== 4) return refused(messageId, 'RpcFrameworkError', 'a CALL has four elements');
  if (!isObject(payload)) return refused(messageId, 'FormatViolation', 'the payload is not an object');
  return { type: 'call', messageId, action, payload };
}

function readSend(message: unknown[]): Frame | Malformed {
  const [, messageId, action, payload] = message;
  if (!isMessageId(messageId) || typeof action !== 'string' || message.length !== 4 || !isObject(payload)) {
    return { type: 'malformed', reason: 'the SEND cannot be read' };
  }
  return { type: 'send', messageId, action, payload };
}

function readResult(message: unknown[], version: OcppVersion): Frame | Malformed {
  const [, messageId, payload] = message;
  if (!isMessageId(messageId)) return { type: 'malformed', reason: 'the CALLRESULT has no readable id' };
  if (message.length === 3 && isObject(payload)) return { type: 'result', messageId, payload };
  const reason = 'the CALLRESULT cannot be read';
  const malformed: Malformed = { type: 'malformed', reason, answered: messageId };
  return version === 'ocpp2.1'
    ? { ...malformed, answer: errorFrame('resultError', messageId, 'RpcFrameworkError', reason) }
    : malformed;
}

function readError(type: ErrorFrame['type'], message: unknown[]): Frame | Malformed {
  const [, messageId, code, description, details] = message;
  if (typeof messageId !== 'string') return { type: 'malformed', reason: 'the error has no readable id' };
  // Read leniently: whatever its details, an error ends the CALL that it answers.
  return errorFrame(
    type,
    messageId.slice(0, messageIdLengthMax),
    codeFromWire(typeof code === 'string' ? code : ''),
    typeof description === 'string' ? description : '',
    isObject(details) ? details : {},
  );
}

function unknownType(message: unknown[], version: OcppVersion): Malformed {
  const reason = 'the message type is not known';
  if (version === 'ocpp1.6') return { type: 'malformed', reason };
  return refused(isMessageId(message[1]) ? message[1] : unreadableId, 'MessageTypeNotSupported', reason);
}

function refused(messageId: string, code: ErrorCode, reason: string): Malformed {
  return { type: 'malformed', reason, answer: errorFrame('error', messageId, code, reason) };
}

function errorFrame(
  type: ErrorFrame['type'],
  messageId: string,
  code: ErrorCode,
  description: string,
  details: Record<string, unknown> = {},
): ErrorFrame {
  return { type, messageId, code, description: description.slice(0, descriptionLengthMax), details };
}

/** The frame that refuses a message with an error. */
export function refusal(type: ErrorFrame['type'], messageId: string, error: OcppError): ErrorFrame {
  return errorFrame(type, messageId, error.code, error.description, error.details);
}

/** Writes one RPC message; payloads must have been through `outgoing`. */
export function serialiseFrame(frame: Frame, version: OcppVersion): string {
  const type = typeNumbers[frame.type];
  switch (frame.type) {
    case 'call':
    case 'send':
      return JSON.stringify([type, frame.messageId, frame.action, frame.payload]);
    case 'result':
      return JSON.stringify([type, frame.messageId, frame.payload]);
    default:
      return JSON.stringify([
        type,
        frame.messageId,
        codeOnWire(frame.code, version),
        frame.description.slice(0, descriptionLengthMax),
        frame.details,
      ]);
  }
}

function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= messageIdLengthMax;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const quote = 0x22;
const backslash = 0x5c;

/** Whether brackets outside strings are nested deeper than allowed; one pass, before any parser sees the text. */
function isDeeper(text: string, depthMax: number): boolean {
  // With no more opening brackets than levels allowed there is nothing to look for: so with nearly every message.
  if (!hasMoreThan(text, '{', '[', depthMax)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === backslash) at++;
      else if (char === quote) inString = false;
    } else if (char === quote) inString = true;
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > depthMax) return true;
    } else if (char === 0x5d || char === 0x7d) depth--;
  }
  return false;
}

function hasMoreThan(text: string, one: string, other: string, most: number): boolean {
  let count = 0;
  for (const wanted of [one, other]) {
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) if (++count > most) return true;
  }
  return false;
}
