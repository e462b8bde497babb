import type { Random } from '@chargemesh/waiting/random';
import type { Faults, SessionShape } from './options.js';
import { between, oneOf } from './choices.js';

/** One transaction message of a session: when, and what goes wrong with it. */
export interface PlannedEvent {
  kind: 'started' | 'sampled' | 'ended';
  /** Virtual time since the session's start. */
  offsetMs: number;
  drop: boolean;
  duplicate: boolean;
}

export interface SessionPlan {
  idToken: string;
  durationMs: number;
  energyWh: number;
  events: readonly PlannedEvent[];
  /** The events, by index, that happen without a connection: from–to, both included. */
  offline?: { from: number; to: number; reorder: boolean };
}

const minuteMs = 60_000;

/** Draws a session: its length, its energy, its messages and their faults. */
export function planSession(
  next: Random,
  idTokens: readonly string[],
  shape: SessionShape,
  faults: Faults,
): SessionPlan {
  const durationMs = between(next, Math.ceil(shape.minutes[0] * 60), Math.ceil(shape.minutes[1] * 60)) * 1_000;
  const powerW = between(next, shape.powerKw[0] * 1_000, shape.powerKw[1] * 1_000);
  const last = shape.samples + 1;
  const events = Array.from({ length: last + 1 }, (_, index): PlannedEvent => ({
    kind: index === 0 ? 'started' : index === last ? 'ended' : 'sampled',
    offsetMs: Math.floor((durationMs * index) / last),
    drop: next() < faults.drop,
    duplicate: next() < faults.duplicate,
  }));
  const plan: SessionPlan = {
    idToken: oneOf(next, idTokens as [string, ...string[]]),
    durationMs,
    energyWh: Math.round((powerW * durationMs) / (60 * minuteMs)),
    events,
  };
  if (next() >= faults.offline) return plan;
  const from = between(next, 0, last);
  return { ...plan, offline: { from, to: between(next, from, last), reorder: next() < faults.reorder } };
}

/** The energy drawn up to a moment of the session. */
export function energyAt(plan: SessionPlan, offsetMs: number): number {
  return Math.floor((plan.energyWh * Math.min(offsetMs, plan.durationMs)) / plan.durationMs);
}
