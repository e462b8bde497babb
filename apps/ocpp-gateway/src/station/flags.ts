import type { Deviation } from '@chargemesh/ocpp';
import type { MessageContext } from './message-context.js';

const TOKEN = /\/(idTag|idToken\/idToken)$/;

/** The flag of a deviation that matters for billing; others change no meaning. */
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

/** The flags of a transaction's event: of how its message was read, and others; undefined if there are none. */
export function flagsOf(
  { deviations = [] }: MessageContext,
  ...others: readonly (string | undefined)[]
): string[] | undefined {
  const flags = [...deviations.map(flagOf), ...others].filter((flag) => flag !== undefined);
  return flags.length > 0 ? [...new Set(flags)].sort() : undefined;
}

/** Whether a message does not say when something was, so that its arrival stands for that. */
export function hasNoTime({ deviations = [] }: MessageContext): boolean {
  return deviations.some(({ rule }) => rule === 'time-missing');
}

/** A message says when something was, unless its arrival stands for that. */
export function heardAt(context: MessageContext, at: string, transactionId?: string): void {
  if (!hasNoTime(context)) context.toldTimes?.heard(at, context, transactionId);
}

/** What the station wrote at a place where the reading has another value. */
export function wordAt(
  { deviations = [] }: Pick<MessageContext, 'deviations'>,
  path: string,
  rule: Deviation['rule'] = 'word-unknown',
): string | undefined {
  return deviations.find((deviation) => deviation.path === path && deviation.rule === rule)?.word;
}
