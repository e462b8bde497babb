import type { Deviation } from '@chargemesh/ocpp';
import type { Call } from './call.js';

const TOKEN = /\/(idTag|idToken\/idToken)$/;

/** What a reader of the bill should know of how its messages were read; other deviations change no meaning. */
function flagOf({ rule, path }: Deviation): string | undefined {
  switch (rule) {
    case 'time-zone':
      return 'time-zone-assumed';
    case 'time-missing':
      return path === '/timestamp' ? 'time-missing' : undefined;
    case 'text-tail':
      return TOKEN.test(path) ? 'id-token-mended' : undefined;
    case 'number-doubtful':
    case 'part-unreadable':
    case 'number-range':
      return 'partly-unreadable';
    default:
      return undefined;
  }
}

/** The flags of a transaction's fact: of how its message was read, and others; undefined if there are none. */
export function flagsOf({ deviations = [] }: Call, ...others: readonly (string | undefined)[]): string[] | undefined {
  const flags = [...deviations.map(flagOf), ...others].filter((flag) => flag !== undefined);
  return flags.length > 0 ? [...new Set(flags)].sort() : undefined;
}

/** Whether a message says no time of its own, so that it counts from its arrival. */
export function saysNoTime({ deviations = [] }: Call): boolean {
  return deviations.some(({ rule, path }) => rule === 'time-missing' && path === '/timestamp');
}

/** What a station said at a place, where its reading says another word. */
export function wordAt(
  { deviations = [] }: Call,
  path: string,
  rule: Deviation['rule'] = 'word-unknown',
): string | undefined {
  return deviations.find((deviation) => deviation.path === path && deviation.rule === rule)?.word;
}
