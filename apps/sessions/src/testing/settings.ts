import type { SessionsSettings } from '../config.js';

/** The settings of the tests: those that a session becomes final by are the defaults. */
export const settings: SessionsSettings = {
  ...{
    SESSION_QUIET_S: 5,
    SESSION_GAP_QUIET_S: 900,
    SESSION_INFERRED_QUIET_S: 600,
    IDLE_AFTER_S: 300,
    IDLE_POWER_W: 100,
  },
  ...{ SESSION_LATE_QUIET_S: 900, SESSION_LATE_DAYS: 30, SESSION_SILENT_S: 86_400 },
  ...{ REMOTE_TIMEOUT_S: 30, METER_VALUES_DAYS: 400, COMMAND_DAYS: 400, CONCURRENT_TRANSACTIONS: true },
};
