/** A watt that flows for so long is a watt hour. */
export const MS_PER_HOUR = 3_600_000;
export const WH_PER_KWH = 1_000;
