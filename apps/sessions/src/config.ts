import { type Settings, flag, integer } from '@chargemesh/service';

const DAY_S = 86_400;

export const settings = {
  SESSION_QUIET_S: integer(5, { min: 0, max: DAY_S }).means(
    'How long the end of a session without sequence numbers (OCPP 1.6) stays provisional, in seconds.',
  ),
  SESSION_GAP_QUIET_S: integer(900, { min: 0, max: 30 * DAY_S }).means('The same while sequence numbers are missing.'),
  SESSION_INFERRED_QUIET_S: integer(600, { min: 0, max: 30 * DAY_S }).means(
    'The same after an end that no station reported.',
  ),
  SESSION_LATE_QUIET_S: integer(900, { min: 0, max: DAY_S }).means(
    'How long facts of a final session must pause before it is corrected, in seconds.',
  ),
  SESSION_LATE_DAYS: integer(30, { min: 0, max: 365 }).means(
    'For so many days after it was final, late facts correct a session by themselves.',
  ),
  SESSION_SILENT_S: integer(DAY_S, { min: 900, max: 365 * DAY_S }).means(
    'A session that runs, and of which nothing was heard for so long, is one to review, in seconds.',
  ),
  IDLE_AFTER_S: integer(300, { min: 60, max: DAY_S }).means(
    'Without energy for so long, a session is parking, in seconds.',
  ),
  IDLE_POWER_W: integer(100, { min: 0, max: 100_000 }).means(
    'What a car takes that does not charge any more, in W on average: no more than this is parking.',
  ),
  CONCURRENT_TRANSACTIONS: flag(true).means('Whether a token may charge in several transactions at the same time.'),
  REMOTE_TIMEOUT_S: integer(30, { min: 1, max: 600 }).means(
    'How long a station has to answer a remote start or stop, in seconds.',
  ),
  METER_VALUES_DAYS: integer(400, { min: 1, max: 4_000 }).means('Days of meter values kept.'),
  COMMAND_DAYS: integer(400, { min: 1, max: 4_000 }).means(
    'Days for which remote starts and stops and what became of them are kept.',
  ),
};
export type SessionsSettings = Settings<typeof settings>;

export const SESSIONS_SETTINGS = Symbol('settings of sessions');
