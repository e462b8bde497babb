import type { Admin } from 'kafkajs';
import type { Logger } from '../log.js';
import { type KafkaClientOptions, kafkaClient } from './client.js';

export type AdminOptions = Pick<KafkaClientOptions, 'brokers' | 'security' | 'clientId'>;

const ANSWERS_WITHIN_MS = 10_000;
/** What kafkajs logs is in the errors that it throws. */
const silent: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function quiet(): void {
  // Whoever looks after a broker is told by the error.
}

/** A connection to a broker for who looks after it. */
export async function openAdmin(options: AdminOptions): Promise<Admin> {
  const client = { ...options, logger: silent, requestTimeoutMs: ANSWERS_WITHIN_MS };
  const admin = kafkaClient(client, () => undefined).admin();
  try {
    await admin.connect();
    return admin;
  } catch (error) {
    await admin.disconnect().catch(quiet);
    throw error;
  }
}
