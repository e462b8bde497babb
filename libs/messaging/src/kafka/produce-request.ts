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
/** The attributes of a record and its timestamp's delta: both 0. */
const RECORD_HEAD_BYTES = 2;

/**
 * A produce request (versions 3 to 7) of records that are neither compressed nor part of a transaction, byte for byte as
 * kafkajs writes it, in one buffer of its very size. kafkajs makes a buffer of 512 bytes for each record and each header
 * and copies it six times.
 */
export function encodeProduce({ acks, timeout, topicData }: ProduceData, now: number): Buffer {
  const sizes = topicData.map(({ partitions }) => partitions.map(({ messages }) => messages.map(sizeOfRecord)));
  const to = new Cursor(Buffer.allocUnsafe(sizeOfRequest(topicData, sizes)));
  to.int16(-1).int16(acks).int32(timeout).int32(topicData.length);
  topicData.forEach(({ topic, partitions }, t) => {
    to.int16(Buffer.byteLength(topic)).text(topic).int32(partitions.length);
    partitions.forEach(({ partition, messages }, p) => {
      const records = sizes[t]?.[p] ?? [];
      to.int32(partition).int32(sizeOfBatch(records));
      writeBatch(to, messages, records, now);
    });
  });
  return to.bytes;
}

function writeBatch(to: Cursor, messages: readonly TextRecord[], sizes: readonly number[], now: number): void {
  const begin = to.at;
  // Its offset is the broker's to give, as is the leader's epoch; the checksum is known at the end.
  to.int64(0).int32(sizeOfBatch(sizes) - BEFORE_LENGTH_BYTES);
  to.int32(0).int8(MAGIC).int32(0);
  to.int16(0).int32(messages.length - 1);
  to.int64(now).int64(now);
  // No producer's id, epoch and sequence: it is not idempotent.
  to.int64(-1).int16(0).int32(0);
  to.int32(messages.length);
  messages.forEach((record, index) => writeRecord(to, record, index, sizes[index] ?? 0));
  const checked = begin + BEFORE_CHECKED_BYTES;
  to.bytes.writeUInt32BE(crc32c(to.bytes.subarray(checked, to.at)), checked - 4);
}

function writeRecord(to: Cursor, { key, value, headers }: TextRecord, index: number, size: number): void {
  to.varInt(size).int16(0).varInt(index).varText(key).varText(value);
  const names = Object.keys(headers);
  to.varInt(names.length);
  for (const name of names) to.varText(name).varText(headers[name] ?? null);
}

function sizeOfRequest(topicData: ProduceData['topicData'], sizes: readonly (readonly (readonly number[])[])[]) {
  let size = 12;
  topicData.forEach(({ topic }, t) => {
    size += 6 + Buffer.byteLength(topic);
    for (const records of sizes[t] ?? []) size += 8 + sizeOfBatch(records);
  });
  return size;
}

function sizeOfBatch(records: readonly number[]): number {
  let size = BATCH_HEAD_BYTES;
  for (const record of records) size += sizeOfVarInt(record) + record;
  return size;
}

function sizeOfRecord({ key, value, headers }: TextRecord, index: number): number {
  const names = Object.keys(headers);
  let size = RECORD_HEAD_BYTES + sizeOfVarInt(index) + sizeOfText(key) + sizeOfText(value) + sizeOfVarInt(names.length);
  for (const name of names) size += sizeOfText(name) + sizeOfText(headers[name] ?? null);
  return size;
}

function sizeOfText(text: string | null): number {
  if (text === null) return sizeOfVarInt(-1);
  const bytes = Buffer.byteLength(text);
  return sizeOfVarInt(bytes) + bytes;
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
    return text === null ? this.varInt(-1) : this.varInt(Buffer.byteLength(text)).text(text);
  }

  text(text: string): this {
    if (text.length > SHORT_TEXT) return this.longText(text);
    for (let index = 0; index < text.length; index += 1) {
      const char = text.charCodeAt(index);
      if (char > 0x7f) return this.longText(text);
      this.bytes[this.at + index] = char;
    }
    this.at += text.length;
    return this;
  }

  private longText(text: string): this {
    this.at += this.bytes.write(text, this.at);
    return this;
  }
}
