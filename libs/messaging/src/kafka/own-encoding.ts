import { createRequire } from 'node:module';
import type { Logger } from '../log.js';
import { type ProduceData, encodeProduce } from './produce-request.js';

/** The version of kafkajs whose bytes ours are compared with by a test. */
export const COMPARED_WITH = '2.2.4';

interface Request {
  readonly apiVersion: number;
  encode(): Promise<Encoder>;
}
/** Of kafkajs' encoder what others of it see that take up a part. */
interface Encoder {
  buf: Buffer;
  offset: number;
}
interface ProduceOptions extends ProduceData {
  readonly transactionalId?: string | undefined;
  readonly producerId: unknown;
  readonly compression: unknown;
}
interface Produce {
  protocol(of: { version: number }): (options: ProduceOptions) => { request: Request; response: unknown };
}

/**
 * Has kafkajs' produce requests written by `encodeProduce`: half of what the gateway's process did for a message was to
 * write its record (`npm run bench:gateway`). Where kafkajs is another version than ours was compared with, it writes
 * them itself, which costs more and is right.
 */
export function ownEncoding(logger: Pick<Logger, 'warn'>, version: string = versionOf()): void {
  if (version !== COMPARED_WITH) {
    logger.warn(
      { kafkajs: version, expected: COMPARED_WITH },
      'kafkajs has another version: it encodes records itself',
    );
    return;
  }
  const produce = load<Produce>('protocol/requests/produce');
  if (owned.has(produce)) return;
  owned.add(produce);
  const Encoder = load<new (size: number) => Encoder>('protocol/encoder');
  const { protocol } = produce;
  produce.protocol = (of) => {
    const make = protocol(of);
    return (options) => {
      const made = make(options);
      if (of.version >= 3 && isPlain(options))
        made.request.encode = () => Promise.resolve(encoded(new Encoder(0), options));
      return made;
    };
  };
}

const owned = new WeakSet<Produce>();
const require = createRequire(import.meta.url);

function load<T>(path: string): T {
  return require(`kafkajs/src/${path}`) as T;
}

function versionOf(): string {
  return (require('kafkajs/package.json') as { version: string }).version;
}

/** Neither compressed, nor of a transaction, nor of an idempotent producer. */
function isPlain({ transactionalId, producerId, compression }: ProduceOptions): boolean {
  return !transactionalId && producerId === -1 && (compression === undefined || compression === 0);
}

function encoded(encoder: Encoder, data: ProduceData): Encoder {
  // As kafkajs says when records were made: by the clock of the machine, since brokers keep records by it.
  // eslint-disable-next-line no-restricted-properties
  encoder.buf = encodeProduce(data, Date.now());
  encoder.offset = encoder.buf.length;
  return encoder;
}
