import type { Command } from '@chargemesh/contracts';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { pageUrl } from '../../checkout/page-url.js';
import type { Rollout } from './rollout.entity.js';

const COMPONENT = 'WebPaymentsCtrlr';
/** Of OCPP 2.1, where the secret stands. */
export const SECRET = { component: COMPONENT, variable: 'SharedSecret' };

/** With a display each: five variables of each have room in a command. */
export const EVSES_AT_MOST = 20;

export const STATES = ['asked', 'accepted', 'rejected', 'not-supported', 'reboot-required', 'unanswered'] as const;
export type RolloutState = (typeof STATES)[number];

const Answer = Type.Object({
  setVariableResult: Type.Array(
    Type.Object({ attributeStatus: Type.String(), variable: Type.Object({ name: Type.String() }) }),
  ),
});
const TAKEN = ['Accepted', 'RebootRequired'];
const UNKNOWN = ['UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType'];

export interface RolloutWanted {
  readonly stationId: string;
  /** That the station has, each with a display of its own; left out: one display for all of them. */
  readonly evseIds?: readonly number[];
  /** Where the pages are. */
  readonly base: string;
  readonly validityS: number;
  readonly length: number;
  readonly sealedSecret: string;
}

/** What has a station show codes with passwords by a secret; the station puts what stands in braces in by itself. */
export function rolloutCommand({ evseIds, ...wanted }: RolloutWanted): Command {
  const displays = evseIds ?? [undefined];
  return { name: 'SetVariables', variables: displays.flatMap((evseId) => variablesOf(wanted, evseId)) };
}

function variablesOf(
  { stationId, base, validityS, length, sealedSecret }: Omit<RolloutWanted, 'evseIds'>,
  evseId: number | undefined,
) {
  const place = `${encodeURIComponent(stationId)}:${evseId ?? '{evse}'}`;
  const at = evseId === undefined ? {} : { evseId };
  const of = (variable: string, value: string) => ({ component: COMPONENT, variable, value, ...at });
  return [
    of('URLTemplate', pageUrl(base, `/pay/${place}?totp={totp}`)),
    { ...of(SECRET.variable, sealedSecret), sealed: true },
    of('ValidityTime', String(validityS)),
    of('Length', String(length)),
    // The last, so that no code is shown before the rest is there.
    of('Enabled', 'true'),
  ];
}

type Rules = Pick<Rollout, 'validityS' | 'length' | 'perEvse'>;

export function isAskedAlike(one: Rules, other: Rules): boolean {
  return one.validityS === other.validityS && one.length === other.length && one.perEvse === other.perEvse;
}

type Known = Pick<Rollout, 'status' | 'answer' | 'inForceAt'>;

export function stateOf({ status, answer, inForceAt }: Known): RolloutState {
  // A code that was made with it says more than any answer.
  if (inForceAt) return 'accepted';
  if (status === 'pending') return 'asked';
  if (status === 'accepted') return wordsOf(answer).includes('RebootRequired') ? 'reboot-required' : 'accepted';
  if (status === 'not-supported') return 'not-supported';
  if (status !== 'rejected') return 'unanswered';
  const words = wordsOf(answer, SECRET.variable);
  return words.length > 0 && words.every((word) => UNKNOWN.includes(word)) ? 'not-supported' : 'rejected';
}

/** Whether the station may make its codes with the secret, for all that is known. */
export function mayHaveSecret(known: Known): boolean {
  const state = stateOf(known);
  if (state === 'not-supported') return false;
  return state !== 'rejected' || wordsOf(known.answer, SECRET.variable).some((word) => TAKEN.includes(word));
}

/** Whether one code that was made with it shows that all are: not where another EVSE has refused it. */
export function isProvenByCode({ status }: Pick<Rollout, 'status'>): boolean {
  return status !== 'pending' && status !== 'rejected';
}

/** What the station said of its variables, or of one of them at each EVSE. */
function wordsOf(answer: Known['answer'], variable?: string): string[] {
  if (!Check(Answer, answer)) return [];
  const name = variable?.toLowerCase();
  return answer.setVariableResult
    .filter((result) => name === undefined || result.variable.name.toLowerCase() === name)
    .map(({ attributeStatus }) => attributeStatus);
}
