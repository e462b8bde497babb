import { Kafka, type logCreator, logLevel } from 'kafkajs';
import type { Logger } from '../log.js';
import { LogAway } from '../transport.js';
import { ownEncoding } from './own-encoding.js';
import { quietTimers } from './quiet-timers.js';
import { type KafkaSecurity, securityOptions } from './security.js';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
  /** How long a response is waited for, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** TLS and login; neither, if absent. */
  readonly security?: KafkaSecurity | undefined;
}

/** What kafkajs says when a group's offset is no longer, or not yet, in the log; it has no event for it. */
const OUT_OF_RANGE = 'Offset out of range';

/** Where a group missed records. */
export interface OutOfRange {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
}

export function kafkaClient(options: KafkaClientOptions, outOfRange: (where: OutOfRange) => void): Kafka {
  quietTimers();
  ownEncoding(options.logger);
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 3_000,
    requestTimeout: options.requestTimeoutMs,
    ...securityOptions(options.security ?? {}),
    // A broker that comes back is found within a second or two, not after half a minute.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 8 },
    logLevel: logLevel.INFO,
    logCreator: logTo(options.logger, outOfRange),
  });
}

/** What kafkajs calls an error it mostly gets over by itself: the loud ones are raised where they are fatal. */
function logTo(logger: Logger, outOfRange: (where: OutOfRange) => void): logCreator {
  return () =>
    ({ level, label, namespace, log: { message, timestamp: _timestamp, ...details } }) => {
      const about = { kafka: namespace, label, ...details };
      if (message.startsWith(OUT_OF_RANGE)) outOfRange(details as unknown as OutOfRange);
      // The crash before a restart was told already.
      if (level > logLevel.ERROR || message.startsWith('Restarting the consumer')) logger.debug(about, message);
      // Whoever logs this knows it as a part of one outage.
      else if (isAway(namespace, message))
        logger.warn({ ...about, err: new LogAway(reasonIn(details) ?? message) }, message);
      else logger.warn(about, message);
    };
}

/** In kafkajs' words only, for it logs no errors but their texts. */
function isAway(namespace: string, message: string): boolean {
  return /^(Connection|ConnectionPool|BrokerPool|SaslAuthenticator-.*)$/.test(namespace) || AWAY.test(message);
}

const AWAY =
  /connect|timed? ?out|ECONN|KafkaJSNumberOfRetriesExceeded|KafkaJSBrokerNotFound|KafkaJSNoBrokerAvailable|leader|coordinator|not available/i;

function reasonIn({ error }: { error?: unknown }): string | undefined {
  return typeof error === 'string' ? error : undefined;
}
