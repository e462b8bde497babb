import type { Migration } from '@chargemesh/persistence';
import { DiscardedLetters1900000006002 } from './discarded-letters.migration.js';
import { InboxByTime1900400670001 } from './inbox-by-time.migration.js';
import { InboxReceivedAt1900000006001 } from './inbox-received-at.migration.js';
import { LettersListed1900400240001 } from './letters-listed.migration.js';
import { MessagingTables1700000000000 } from './tables.migration.js';
import { WaitingLetters1900000005101 } from './waiting-letters.migration.js';

/** The migrations of messaging's tables, which every service has in its schema, in order. */
export const messagingMigrations: Migration[] = [
  MessagingTables1700000000000,
  WaitingLetters1900000005101,
  InboxReceivedAt1900000006001,
  DiscardedLetters1900000006002,
  LettersListed1900400240001,
  InboxByTime1900400670001,
];
