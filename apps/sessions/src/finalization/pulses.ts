/**
 * How a register counts in pulses, so far: what its rises are multiples of, 1 to 1,000, the last reading, how often it rose after it had stood since
 * it rose first (-1 before that), and whether it stands. One that was set to any figure once is a multiple of nothing itself.
 */
export type Pulses = readonly [stepWh: number, register: number, turns: number, stands: boolean];

const [FINEST_WH, COARSEST_WH] = [1, 1_000];
/** What phases say of a total is cut off by up to a Wh each; of small steps that would be chance. */
const [CUT_OFF_WH, LEAST_CUT_OFF_WH] = [3, 100];
const EXACT_WH = 1e-3;
/** A car that pauses makes a register stand once, and one that takes the same all the while makes it rise by as much each time. */
const TURNS_MIN = 2;

/** With the next reading; one of 0 tells nothing. */
export function pulsesWith(known: Pulses | undefined, register: number): Pulses | undefined {
  if (register === 0) return known;
  if (!known) return [COARSEST_WH, register, -1, false];
  const [stepWh, before, turns, stands] = known;
  const riseWh = register - before;
  if (Math.abs(riseWh) < EXACT_WH) return [stepWh, before, turns, turns >= 0];
  if (riseWh < 0) return [stepWh, register, turns, false];
  return [stepWithin(stepWh, riseWh), register, turns < 0 ? 0 : turns + Number(stands), false];
}

/** By how much it rises at once; 0 as long as nothing shows that it does so by pulses. */
export function pulseOf(pulses: Pulses | undefined): number {
  if (!pulses) return 0;
  const [stepWh, , turns] = pulses;
  return turns >= TURNS_MIN ? stepWh : 0;
}

function stepWithin(stepWh: number, riseWh: number): number {
  let step = stepWh;
  while (step > FINEST_WH && Math.abs(riseWh - Math.round(riseWh / step) * step) > offBy(step)) step /= 10;
  return step;
}

function offBy(stepWh: number): number {
  return stepWh >= LEAST_CUT_OFF_WH ? CUT_OFF_WH : EXACT_WH;
}
