import { apiKeys } from './api-keys.js';
import type { Command } from './command.js';
import { deadLetters } from './dead-letters.js';
import { doctor } from './doctor.js';
import { migrate } from './migrate.js';
import { operators } from './operators.js';
import { outbox } from './outbox.js';
import { quarantine } from './quarantine.js';
import { rate } from './rate.js';
import { restore } from './restore.js';
import { topics } from './topics.js';
import { verify } from './verify.js';

/** Every command of the tool: a command is a file and a row. */
export const commands: Readonly<Record<string, Command>> = {
  doctor,
  migrate,
  topics,
  restore,
  operators,
  'api-keys': apiKeys,
  'dead-letters': deadLetters,
  quarantine,
  outbox,
  rate,
  verify,
};
