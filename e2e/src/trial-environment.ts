/** Settings of a platform that is put to a trial: a broker of its own, and sessions that are final soon. */
export function trialEnvironment(): Record<string, string | undefined> {
  return {
    PATH: process.env['PATH'],
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'fatal',
    // An outage makes facts late: they correct the bill within the test's time.
    ...{ SESSION_QUIET_S: '20', SESSION_GAP_QUIET_S: '60', SESSION_LATE_QUIET_S: '10' },
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_MIN_IN_SYNC_REPLICAS: '1',
  };
}
