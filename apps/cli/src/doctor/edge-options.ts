export interface EdgeOptions {
  /** Where stations connect, without a station's id. */
  readonly url: URL;
  /** Certificates (PEM) that stations trust, beside those of Node. */
  readonly caFile?: string | undefined;
  readonly stationId?: string | undefined;
  readonly password?: string | undefined;
  /** How long the connection of the station is watched, in seconds. */
  readonly idleS: number;
}
