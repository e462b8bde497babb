import type { PaymentEvent, PaymentFacts } from '../payment.events.js';
import { guards } from '../payment.guards.js';
import { type Effect, machine, step } from '../payment.machine.js';
import { PAYMENT_STATES, type PaymentState } from '../payment.states.js';
import { AT, factsIn } from './facts.js';
import { INPUTS, type Input } from './inputs.js';

/** A way to something that a payment does in a state: the last of its inputs brings it about. */
export interface Walk {
  readonly state: PaymentState;
  readonly effect: Effect;
  readonly inputs: readonly Input[];
}

/** All that payments do, by the table of the machine: what it does in which state. */
export function whatIsDone(): { state: PaymentState; effect: Effect }[] {
  return PAYMENT_STATES.flatMap((state) => {
    const rules = Object.values(machine[state]).flat();
    const effects = rules.flatMap((rule) => [...(rule.stop ? (['stop'] as const) : []), ...(rule.effects ?? [])]);
    return [...new Set<Effect>(effects)].map((effect) => ({ state, effect }));
  });
}

interface Node {
  readonly facts: PaymentFacts;
  readonly inputs: readonly Input[];
}

const LONGEST = 8;

/** The shortest way to each of them, found by the machine itself; by chance none is left out. */
export function shortestWalks(): Walk[] {
  const walks = new Map<string, Walk>();
  const seen = new Set<string>();
  let nodes: Node[] = [{ facts: factsIn('authorizing'), inputs: [] }];
  for (let length = 1; length <= LONGEST && nodes.length > 0; length++)
    nodes = nodes.flatMap((node) => nextOf(node, walks)).filter(({ facts }) => isNew(seen, facts));
  return [...walks.values()];
}

function nextOf({ facts, inputs }: Node, walks: Map<string, Walk>): Node[] {
  return INPUTS.flatMap((input) => {
    const event = { ...input.event(facts), at: timeOf(facts, inputs.length) } as PaymentEvent;
    if (input.when?.(facts) === false) return [];
    const { facts: after, effects } = step(facts, event);
    const way = [...inputs, input];
    for (const effect of effects) {
      const key = `${facts.state} ${effect}`;
      if (!walks.has(key)) walks.set(key, { state: facts.state, effect, inputs: way });
    }
    return [{ facts: after, inputs: way }];
  });
}

/** Each later than the one before, and not before what is due. */
export function timeOf({ stopAgainAt }: PaymentFacts, position: number): Date {
  return new Date(Math.max(AT.getTime() + position * 1_000, stopAgainAt?.getTime() ?? 0));
}

/** What differs in nothing that a rule depends on is not gone on from twice. */
function isNew(seen: Set<string>, facts: PaymentFacts): boolean {
  const at = timeOf(facts, LONGEST);
  const holds = Object.values(guards).map((holdsFor) => holdsFor(facts, { type: 'deadline', at }));
  const { state, holdState, stopsAsked, sessionId, captureAmount } = facts;
  const key = JSON.stringify([state, holdState, stopsAsked, sessionId, captureAmount, ...holds]);
  return !seen.has(key) && Boolean(seen.add(key));
}
