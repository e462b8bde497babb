import type { Sample } from '../meter/sample.js';
import { IDLE_STATES } from '../transactions/idle.js';
import { firstAfter } from './in-order.js';

/**
 * Whether the last that was said of its charging by a moment is that it charges, and nothing else until another one. Asked for
 * each time that it parks, of which there may be as many as words.
 * @param samples in the order of time
 */
export function saidToCharge(samples: readonly Sample[]): (from: number, to: number) => boolean {
  const words = samples.flatMap(({ at, chargingState }) =>
    chargingState === null ? [] : [{ at: at.getTime(), isCharging: chargingState === 'Charging' }],
  );
  const otherThan: number[] = [0];
  for (const { isCharging } of words) otherThan.push((otherThan.at(-1) ?? 0) + (isCharging ? 0 : 1));
  return (from, to) => {
    const [next, until] = [firstAfter(words, from), firstAfter(words, to, true)];
    const others = (otherThan[Math.max(next, until)] ?? 0) - (otherThan[next] ?? 0);
    return words[next - 1]?.isCharging === true && others === 0;
  };
}

/**
 * For how long it may have charged between two moments: all the while but for what its station says.
 * @param samples in the order of time
 */
export function mayHaveChargedMs(
  samples: readonly Pick<Sample, 'at' | 'chargingState'>[],
  from: number,
  to: number,
): number {
  let [ms, since, isIdle] = [0, from, false];
  for (const { at, chargingState } of samples) {
    if (chargingState === null || at.getTime() >= to) continue;
    const until = Math.max(from, at.getTime());
    if (!isIdle) ms += until - since;
    [since, isIdle] = [until, IDLE_STATES.has(chargingState)];
  }
  return isIdle ? ms : ms + Math.max(0, to - since);
}
