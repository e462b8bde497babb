/** Who sends a message's CALL: the charging station, the platform, or either of them. */
export type Direction = 'fromStation' | 'toStation' | 'both';

/** The direction a dispatcher serves: the platform answers `fromStation`, a station answers `toStation`. */
export type Side = Exclude<Direction, 'both'>;
