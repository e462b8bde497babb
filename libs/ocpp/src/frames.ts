import { isUtf8 } from 'node:buffer';
import { codeFromWire, codeOnWire, type ErrorCode, type OcppError } from './errors.js';
import { type Deviation, type Rule, wordOf } from './lenient/deviation.js';
import { actionMeant, directionOf } from './messages.js';
import type { Subprotocol } from './payloads.js';
import { maybeUnstorable, storable, storableText } from './storable-text.js';

/** The id of a message: 36 characters by the specification, but braced UUIDs and the like are answered as they came. */
export interface MessageId {
  messageId: string;
  /** The id is a number, of which this is the writing: it is answered as it came. */
  numericId?: true;
  /** What was said for an id is none: the message counts all the same, and is answered that its id cannot be read. */
  unreadableId?: true;
}

/** How the frame itself was read, where it is not written as it should be. */
interface Read extends MessageId {
  deviations?: readonly Deviation[];
}

/** One RPC message (OCPP-J 1.6 §4.2, OCPP 2.1 Part 4 §4.2). */
export type Frame =
  | ({ type: 'call'; action: string; payload: object } & Read)
  | ({ type: 'send'; action: string; payload: object } & Read)
  | ({ type: 'result'; payload: object } & Read)
  | ErrorFrame;

/** A refusal of a CALL, or (2.1) of the answer to one. */
export interface ErrorFrame extends MessageId {
  type: 'error' | 'resultError';
  code: ErrorCode;
  description: string;
  details: Record<string, unknown>;
}

/** A text that is no RPC message. `answer` is what the sender must be told, if anything. */
export interface Malformed {
  type: 'malformed';
  reason: string;
  answer?: ErrorFrame;
}

/** What a text may cost at most; a hostile one is refused before it is parsed. */
export interface FrameLimits {
  /** Characters. */
  lengthMax: number;
  /** Arrays and objects inside each other. */
  depthMax: number;
}

export const frameLimits: FrameLimits = { lengthMax: 1_048_576, depthMax: 32 };

const messageIdLengthMax = 255;
const specifiedIdLengthMax = 36;
const descriptionLengthMax = 255;
const unreadableId = '-1';
const noId: MessageId = { messageId: unreadableId, unreadableId: true };
const idReason = 'the message id cannot be read';
const byteOrderMark = 0xfeff;
const numericIdOf = /^\s*\[\s*"?\d+"?\s*,\s*([^\s,\]]+)/;
const typeNumbers = { call: 2, result: 3, error: 4, resultError: 5, send: 6 } as const;

/** Reads the message of a binary frame, which is text all the same at some stations. */
export function parseBinaryFrame(
  bytes: Buffer,
  version: Subprotocol,
  limits: FrameLimits = frameLimits,
  text = bytes.toString(),
): Frame | Malformed {
  if (!isUtf8(bytes)) return refused({ messageId: unreadableId }, 'RpcFrameworkError', 'the message is no UTF-8 text');
  const frame = parseFrame(text, version, limits);
  if (frame.type !== 'malformed') noteOn(frame, 'frame-binary');
  return frame;
}

/** Reads the message of a text frame, in whatever encoding the station has written it. */
export function parseTextFrame(
  bytes: Buffer,
  version: Subprotocol,
  limits: FrameLimits = frameLimits,
  text = bytes.toString(),
): Frame | Malformed {
  const frame = parseFrame(text, version, limits);
  if (!isUtf8(bytes) && frame.type !== 'malformed') noteOn(frame, 'frame-encoding');
  return frame;
}

/** Reads one RPC message. Never throws: what cannot be read comes back as `malformed`. */
export function parseFrame(text: string, version: Subprotocol, limits: FrameLimits = frameLimits): Frame | Malformed {
  const unread: MessageId = { messageId: unreadableId };
  if (text.length > limits.lengthMax) return refused(unread, 'RpcFrameworkError', 'the message is too long');
  if (isDeeper(text, limits.depthMax)) return refused(unread, 'RpcFrameworkError', 'the message is too deep');
  const bare = withoutPadding(text);
  let message: unknown;
  try {
    message = JSON.parse(bare);
  } catch {
    return brokenCall(bare, version) ?? refused(unread, 'RpcFrameworkError', 'the message is not JSON');
  }
  if (!Array.isArray(message)) return refused(unread, 'RpcFrameworkError', 'the message is not an array');
  const frame = readArray(maybeUnstorable(bare) ? withStorablePayloads(message) : message, bare, version);
  if (bare.length !== text.length && 'messageId' in frame) noteOn(frame, 'frame-padding');
  return frame;
}

/** The message id stays as it is: it is the other side's to be answered with. */
function withStorablePayloads(message: readonly unknown[]): unknown[] {
  return message.map((part) => (typeof part === 'object' ? storable(part) : part));
}

/** Some stations write a byte order mark before a message, or the NUL of their text after it. */
function withoutPadding(text: string): string {
  const begin = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  let end = text.length;
  while (end > begin && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(begin, end);
}

function readArray(message: unknown[], text: string, version: Subprotocol): Frame | Malformed {
  // Stations that write every number as text do so here too.
  switch (typeof message[0] === 'string' ? Number(message[0]) : message[0]) {
    case typeNumbers.call:
      return readCall(message, text, version);
    case typeNumbers.result:
      return readResult(message, text, version);
    case typeNumbers.error:
      return readError('error', message);
    case typeNumbers.resultError:
      return version === 'ocpp2.1' ? readError('resultError', message) : unknownType(message, text, version);
    case typeNumbers.send:
      return version === 'ocpp2.1' ? readSend(message, text, version) : unknownType(message, text, version);
    default:
      return unknownType(message, text, version);
  }
}

function readCall(message: unknown[], text: string, version: Subprotocol): Frame | Malformed {
  const id = idOf(message, text);
  if (!id && !isAction(message[2], version)) return refused(noId, 'RpcFrameworkError', idReason);
  if (typeof message[2] !== 'string') return refused(id ?? noId, 'RpcFrameworkError', 'the action is not a string');
  const payload = payloadOf(message[3]);
  return asked({ type: 'call', ...(id ?? noId), action: message[2], payload }, message, version);
}

function readSend(message: unknown[], text: string, version: Subprotocol): Frame | Malformed {
  const id = idOf(message, text);
  if (!id || typeof message[2] !== 'string') return { type: 'malformed', reason: 'the SEND cannot be read' };
  return asked({ type: 'send', ...id, action: message[2], payload: payloadOf(message[3]) }, message, version);
}

/** A CALL or SEND by the name that its action has, with notes on how it was read. */
function asked(frame: Frame & { type: 'call' | 'send' }, message: unknown[], version: Subprotocol): Frame {
  const { action } = frame;
  frame.action = actionMeant(version, action);
  if (frame.action !== action) noteOn(frame, 'action-spelling', action);
  return noted(frame, message, 4);
}

const head = /^\s*\[\s*2\s*,\s*"([^"\\]{1,255})"\s*,\s*"(\w{1,100})"\s*,/;

/** A CALL whose payload is no JSON: its action knows what is to become of it, and it is told by its id that it cannot be read. */
function brokenCall(text: string, version: Subprotocol): Frame | undefined {
  const [begin = '', messageId = '', said = ''] = head.exec(text) ?? [];
  const action = actionMeant(version, said);
  if (!directionOf(version, action)) return undefined;
  return { type: 'call', messageId, action, payload: storable([text.slice(begin.length)]) };
}

function readResult(message: unknown[], text: string, version: Subprotocol): Frame | Malformed {
  const id = idOf(message, text);
  if (!id) return { type: 'malformed', reason: 'the CALLRESULT has no readable id' };
  // Some say again what they answer before they do.
  const [payload] = isAction(message[2], version) && message.length > 3 ? message.slice(3) : message.slice(2);
  const word = typeof payload === 'string' && !isJson(payload) ? { status: storableText(payload) } : undefined;
  return noted({ type: 'result', ...id, payload: word ?? payloadOf(payload) }, message, 3);
}

function isAction(text: unknown, version: Subprotocol): boolean {
  return typeof text === 'string' && directionOf(version, actionMeant(version, text)) !== undefined;
}

/**
 * A payload as an object, or as a list of what else it is, by which its schema knows that it is none. One that is left
 * out or null is an empty one, and a text may be the JSON of one; whether that says anything, the schema knows too.
 */
function payloadOf(payload: unknown): object {
  if (payload === undefined || payload === null) return {};
  if (typeof payload === 'object') return payload;
  const inner = typeof payload === 'string' && isJson(payload) ? (JSON.parse(payload) as unknown) : undefined;
  return storable(typeof inner === 'object' && inner !== null ? inner : [payload]);
}

function isJson(text: string): boolean {
  if (isDeeper(text, frameLimits.depthMax)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Notes on a frame how it was read; most are read as they are. */
function noted<F extends Extract<Frame, { payload: object }>>(frame: F, message: unknown[], length: number): F {
  const payload = message[length - 1];
  if (typeof message[0] === 'string') noteOn(frame, 'type');
  if (frame.numericId) noteOn(frame, 'id-number');
  if (frame.unreadableId) noteOn(frame, 'id-unreadable');
  if (frame.messageId.length > specifiedIdLengthMax) noteOn(frame, 'id-long');
  if (message.length > length) noteOn(frame, 'frame-long');
  if (payload === undefined || payload === null) noteOn(frame, 'payload-absent');
  if (typeof payload === 'string') noteOn(frame, 'payload-text');
  return frame;
}

function noteOn(frame: Frame, rule: Rule, word?: string): void {
  if (!('payload' in frame)) return;
  const note = { rule, path: '', ...(word === undefined ? {} : { word: wordOf(word) }) };
  frame.deviations = [...(frame.deviations ?? []), note];
}

/** The id as it is written; a number in the very digits it came in. */
function idOf(message: unknown[], text: string): MessageId | undefined {
  const id = message[1];
  if (typeof id === 'string') return id.length <= messageIdLengthMax ? { messageId: id } : undefined;
  if (typeof id !== 'number') return undefined;
  const digits = numericIdOf.exec(text)?.[1];
  return digits && digits.length <= messageIdLengthMax ? { messageId: digits, numericId: true } : undefined;
}

function readError(type: ErrorFrame['type'], message: unknown[]): Frame | Malformed {
  const [, messageId, code, description, details] = message;
  if (typeof messageId !== 'string') return { type: 'malformed', reason: 'the error has no readable id' };
  // Read leniently: whatever its details, an error ends the CALL that it answers.
  return errorFrame(
    type,
    { messageId: messageId.slice(0, messageIdLengthMax) },
    codeFromWire(typeof code === 'string' ? code : ''),
    typeof description === 'string' ? description : '',
    isObject(details) ? details : {},
  );
}

function unknownType(message: unknown[], text: string, version: Subprotocol): Malformed {
  const reason = 'the message type is not known';
  if (version === 'ocpp1.6') return { type: 'malformed', reason };
  return refused(idOf(message, text) ?? { messageId: unreadableId }, 'MessageTypeNotSupported', reason);
}

function refused(id: MessageId, code: ErrorCode, reason: string): Malformed {
  return { type: 'malformed', reason, answer: errorFrame('error', id, code, reason) };
}

function errorFrame(
  type: ErrorFrame['type'],
  { messageId, numericId }: MessageId,
  code: ErrorCode,
  description: string,
  details: Record<string, unknown> = {},
): ErrorFrame {
  const frame: ErrorFrame = { type, messageId, code, description: description.slice(0, descriptionLengthMax), details };
  return numericId ? { ...frame, numericId } : frame;
}

/** The frame that tells a message's sender that it is not known which one it was. */
export function refusalOfId(): ErrorFrame {
  return errorFrame('error', noId, 'RpcFrameworkError', idReason);
}

/** The frame that refuses a message with an error. */
export function refusal(type: ErrorFrame['type'], id: MessageId, error: OcppError): ErrorFrame {
  return errorFrame(type, id, error.code, error.description, error.details);
}

/** Writes one RPC message; payloads must have been through `outgoing`. */
export function serialiseFrame(frame: Frame, version: Subprotocol): string {
  const elements = elementsOf(frame, version);
  if (!frame.numericId) return JSON.stringify(elements);
  // A number that JavaScript cannot hold would come back as another one.
  return `[${typeNumbers[frame.type]},${frame.messageId},${JSON.stringify(elements.slice(2)).slice(1)}`;
}

function elementsOf(frame: Frame, version: Subprotocol): unknown[] {
  const type = typeNumbers[frame.type];
  switch (frame.type) {
    case 'call':
    case 'send':
      return [type, frame.messageId, frame.action, frame.payload];
    case 'result':
      return [type, frame.messageId, frame.payload];
    default:
      return [
        type,
        frame.messageId,
        codeOnWire(frame.code, version),
        frame.description.slice(0, descriptionLengthMax),
        frame.details,
      ];
  }
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
