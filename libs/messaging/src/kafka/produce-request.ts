import { crc32c } from './crc32c.js';

/** A record as this folder gives it to kafkajs: texts, and no time of its own. */
export interface TextRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<{ [name: string]: string }>;
}

/** What a produce request holds, as kafkajs puts it together. */
export interface ProduceData {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly TextRecord[] }[];
  }[];
}

/** A record batch up to its records (Kafka protocol guide, "Record Batch"), and up to what its checksum covers. */
const BATCH_HEAD_BYTES = 61;
const BEFORE_LENGTH_BYTES = 12;
const BEFORE_CHECKED_BYTES = 21;
const MAGIC = 2;
/** What most records take to tell their length. */
const LENGTH_BYTES = 2;
/** Of UTF-8 for a UTF-16 code unit at most, and of a number before a text. */
const CHAR_BYTES = 3;
const VAR_INT_BYTES = 5;

/**
 * A produce request (versions 3 to 7) of records that are neither compressed nor part of a transaction, byte for byte as
 * kafkajs writes it, in one buffer and one pass. kafkajs makes a buffer of 512 bytes for each record and each header
 * and copies it six times.
 */
export function encodeProduce({ acks, timeout, topicData }: ProduceData, now: number): Buffer {
  const to = new Cursor(Buffer.allocUnsafe(atMost(topicData)));
  to.int16(-1).int16(acks).int32(timeout).int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    to.int16(Buffer.byteLength(topic)).text(topic).int32(partitions.length);
    for (const { partition, messages } of partitions) writeBatch(to.int32(partition), messages, now);
  }
  return to.bytes.subarray(0, to.at);
}

function writeBatch(to: Cursor, messages: readonly TextRecord[], now: number): void {
  const begin = to.int32(0).at;
  // Its offset is the broker's to give, as is the leader's epoch; length and checksum are known at the end.
  to.int64(0).int32(0);
  to.int32(0).int8(MAGIC).int32(0);
  to.int16(0).int32(messages.length - 1);
  to.int64(now).int64(now);
  // No producer's id, epoch and sequence: it is not idempotent.
  to.int64(-1).int16(0).int32(0);
  to.int32(messages.length);
  messages.forEach((record, index) => writeRecord(to, record, index));
  const checked = begin + BEFORE_CHECKED_BYTES;
  to.bytes.writeInt32BE(to.at - begin, begin - 4);
  to.bytes.writeInt32BE(to.at - begin - BEFORE_LENGTH_BYTES, begin + BEFORE_LENGTH_BYTES - 4);
  to.bytes.writeUInt32BE(crc32c(to.bytes.subarray(checked, to.at)), checked - 4);
}

function writeRecord(to: Cursor, { key, value, headers }: TextRecord, index: number): void {
  const begin = to.at;
  to.at += LENGTH_BYTES;
  // No attributes, and no time of its own.
  to.int16(0).varInt(index).varText(key).varText(value);
  const names = Object.keys(headers);
  to.varInt(names.length);
  for (const name of names) to.varText(name).varText(headers[name] ?? null);
  to.lengthBefore(begin, LENGTH_BYTES);
}

/** More than the request takes, so that nothing is measured before it is written. */
function atMost(topicData: ProduceData['topicData']): number {
  let size = 12;
  for (const { topic, partitions } of topicData) {
    size += 6 + CHAR_BYTES * topic.length + partitions.length * (8 + BATCH_HEAD_BYTES);
    for (const { messages } of partitions) for (const record of messages) size += recordAtMost(record);
  }
  return size;
}

function recordAtMost({ key, value, headers }: TextRecord): number {
  let chars = (key?.length ?? 0) + (value?.length ?? 0);
  let numbers = 6;
  for (const name in headers) {
    chars += name.length + (headers[name]?.length ?? 0);
    numbers += 2;
  }
  return CHAR_BYTES * chars + VAR_INT_BYTES * numbers;
}

function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = zigZag(value) >>> 7; rest !== 0; rest >>>= 7) size += 1;
  return size;
}

function zigZag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

/** A call out of JavaScript costs more than the characters of shorter texts. */
const SHORT_TEXT = 64;

class Cursor {
  at = 0;

  constructor(readonly bytes: Buffer) {}

  int8(value: number): this {
    this.bytes[this.at++] = value;
    return this;
  }

  int16(value: number): this {
    return this.int8(value >> 8).int8(value);
  }

  int32(value: number): this {
    return this.int16(value >> 16).int16(value);
  }

  /** A whole number that is safe in JavaScript. */
  int64(value: number): this {
    return this.int32(Math.floor(value / 2 ** 32)).int32(value);
  }

  varInt(value: number): this {
    let rest = zigZag(value);
    for (; (rest & ~0x7f) !== 0; rest >>>= 7) this.int8((rest & 0x7f) | 0x80);
    return this.int8(rest);
  }

  /** A text with its length before it, -1 for none. */
  varText(text: string | null): this {
    if (text === null) return this.varInt(-1);
    return text.length <= SHORT_TEXT ? this.shortText(text) : this.varInt(Buffer.byteLength(text)).text(text);
  }

  text(text: string): this {
    this.at += this.bytes.write(text, this.at);
    return this;
  }

  /** Writes the length of what comes after `room` bytes at `begin`, and moves that where its length takes another room. */
  lengthBefore(begin: number, room: number): void {
    const [from, end] = [begin + room, this.at];
    const taken = sizeOfVarInt(end - from);
    if (taken !== room) this.bytes.copyWithin(begin + taken, from, end);
    this.at = begin;
    this.varInt(end - from).at += end - from;
  }

  private shortText(text: string): this {
    const begin = this.at;
    this.varInt(text.length);
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charCodeAt(index);
      if (char > 0x7f) {
        this.at = begin;
        return this.varInt(Buffer.byteLength(text)).text(text);
      }
      this.bytes[this.at + index] = char;
    }
    this.at += text.length;
    return this;
  }
}
