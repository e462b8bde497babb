import type { Outcome } from '../commands/to-station.js';

const DONE: ReadonlySet<string> = new Set(['Accepted', 'RebootRequired']);
const DETAIL_LENGTH_MAX = 512;

/** A variable of the device model as a request names it. */
export function addressOf({ component, variable, evseId }: { component: string; variable: string; evseId?: number }) {
  return {
    component: { name: component, ...(evseId ? { evse: { id: evseId } } : {}) },
    variable: { name: variable },
  };
}

/** Accepted if every variable was; the detail names those that were not, or need a reboot. */
export function resultsOutcome(results: readonly (readonly [variable: string, status: string])[]): Outcome {
  const worthSaying = results.filter(([, status]) => status !== 'Accepted');
  const status = results.every(([, word]) => DONE.has(word)) ? 'accepted' : 'rejected';
  if (worthSaying.length === 0) return { status };
  return {
    status,
    detail: worthSaying
      .map((result) => result.join(': '))
      .join(', ')
      .slice(0, DETAIL_LENGTH_MAX),
  };
}
