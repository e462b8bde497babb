import { flag, integer } from '@chargemesh/service';

/** The gateway's own settings. */
export const gatewaySettings = {
  /** How long a question about a token may take before the operator's default answers, in milliseconds. */
  AUTHORIZE_TIMEOUT_MS: integer(3_000, { min: 100, max: 30_000 }),
  /** How long an answer is held while the log or the database is away, before the socket is closed instead. */
  HOLD_MS: integer(30_000, { min: 100, max: 300_000 }),
  /** How long a CALL to a station may take at most. */
  STATION_CALL_TIMEOUT_MS: integer(30_000, { min: 1_000, max: 300_000 }),
  /** How often stations are pinged; one that does not answer until the next ping is cut off. */
  PING_INTERVAL_MS: integer(60_000, { min: 1_000, max: 3_600_000 }),
  /** How long a handshake may take. */
  HANDSHAKE_TIMEOUT_MS: integer(10_000, { min: 100, max: 60_000 }),
  /** Largest message of a station. */
  MAX_MESSAGE_BYTES: integer(512_000, { min: 16_384, max: 16_777_216 }),
  /** Sockets that one process takes. */
  MAX_CONNECTIONS: integer(50_000, { min: 1, max: 1_000_000 }),
  /** Offers RFC 7692 without context takeover; costs memory for every connection that has used it. */
  OCPP_COMPRESSION: flag(false),
  /** How long the other processes wait before they take a silent one for dead. */
  LEASE_MS: integer(30_000, { min: 1_000, max: 600_000 }),
  /** Over how long the sockets are closed at shutdown; must be well below SHUTDOWN_TIMEOUT_MS. */
  DRAIN_MS: integer(5_000, { min: 0, max: 600_000 }),
};
