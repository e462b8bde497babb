import type { IdToken } from '@chargemesh/contracts';

const VALUE_LENGTH_MAX = 255;
const TYPE_LENGTH_MAX = 20;
const CUT = '\uFFFD';

/** A token as events carry it; one that is longer than any token is cut, and ends in U+FFFD as unreadable. */
export function tokenOf(value: string, type: string): IdToken {
  const whole = value.length <= VALUE_LENGTH_MAX;
  return {
    value: whole ? value : `${value.slice(0, VALUE_LENGTH_MAX - 1)}${CUT}`.toWellFormed(),
    type: type.slice(0, TYPE_LENGTH_MAX),
  };
}
