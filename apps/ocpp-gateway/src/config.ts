import { flag, integer } from '@chargemesh/service';

/** The gateway's own settings. */
export const gatewaySettings = {
  AUTHORIZE_TIMEOUT_MS: integer(3_000, { min: 100, max: 30_000 }).means(
    "How long a question about a token may take before the operator's default answers, in milliseconds.",
  ),
  HOLD_MS: integer(30_000, { min: 100, max: 300_000 }).means(
    'How long an answer is held while the log or the database is away, before the socket is closed instead.',
  ),
  STATION_CALL_TIMEOUT_MS: integer(30_000, { min: 1_000, max: 300_000 }).means(
    'How long a CALL to a station may take at most.',
  ),
  PING_INTERVAL_MS: integer(60_000, { min: 1_000, max: 3_600_000 }).means(
    'How often stations are pinged; one that does not answer until the next ping is cut off.',
  ),
  HANDSHAKE_TIMEOUT_MS: integer(10_000, { min: 100, max: 60_000 }).means('How long a handshake may take.'),
  CREDENTIALS_WAIT_MS: integer(2_000, { min: 0, max: 10_000 }).means(
    'How long a handshake waits for news of its station where the password does not fit what is known here: it may have been created a moment ago. Whoever guesses is slowed by it, in milliseconds.',
  ),
  MAX_MESSAGE_BYTES: integer(8_388_608, { min: 16_384, max: 16_777_216 }).means(
    'Largest message of a station. A stop that brings the readings of a day has a megabyte or more; what is larger closes the connection and is noted as an incident of the station.',
  ),
  LARGE_MESSAGES_BYTES: integer(268_435_456, { min: 16_777_216, max: 17_179_869_184 }).means(
    'What messages that are not finished may take in memory beyond 512 kB each, of all stations of a process together; who would take more is cut off and comes again.',
  ),
  STATION_MESSAGES_PER_S: integer(100, { min: 1, max: 1_000_000 }).means(
    'Messages that one station may send a second; the socket of one that sends more is read more slowly.',
  ),
  STATION_MESSAGES_BURST: integer(1_000, { min: 1, max: 1_000_000 }).means(
    'Messages that one station may send at once.',
  ),
  STATION_BYTES_PER_S: integer(4_000_000, { min: 1_000, max: 1_000_000_000 }).means(
    'Bytes that one station may send a second; the socket of one that sends more is read more slowly.',
  ),
  STATION_ENTRIES_PER_S: integer(1_000, { min: 10, max: 1_000_000 }).means(
    'Entries of lists (values of meters, of reports, of events) that the messages of one station may have a second, and a minute of these at once; the socket of one that sends more is read more slowly.',
  ),
  MAX_CONNECTIONS: integer(50_000, { min: 1, max: 1_000_000 }).means('Sockets that one process takes.'),
  OCPP_COMPRESSION: flag(false).means(
    'Offers RFC 7692 without context takeover; costs memory for every connection that has used it.',
  ),
  READINGS_EVERY_MS: integer(60_000, { min: 100, max: 3_600_000 }).means(
    'How often it is told how messages were read leniently, in one event for each station.',
  ),
  LEASE_MS: integer(30_000, { min: 1_000, max: 600_000 }).means(
    'How long the other processes wait before they take a silent one for dead.',
  ),
  INCIDENT_DAYS: integer(30, { min: 1, max: 400 }).means(
    'Days for which incidents of stations (wrong passwords, takeovers) are kept.',
  ),
  QUARANTINE_DAYS: integer(400, { min: 1, max: 4_000 }).means(
    'Days for which messages in quarantine are kept after they were last sent.',
  ),
  DRAIN_MS: integer(5_000, { min: 0, max: 600_000 }).means(
    'Over how long the sockets are closed at shutdown; must be well below SHUTDOWN_TIMEOUT_MS.',
  ),
};
