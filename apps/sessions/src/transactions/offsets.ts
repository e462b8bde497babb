/** When the first and the last facts of an offset arrived, in ms. */
export type Arrivals = readonly [first: number, last: number];

/**
 * By how many steps the arrivals of facts were later than their stamps, and when those of each such offset arrived; of
 * sessions of before 2026-11-27 the last of them only. All that came in time is one offset.
 */
export type Offsets = Readonly<Record<string, Arrivals | number>>;
