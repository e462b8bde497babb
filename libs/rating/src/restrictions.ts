import { UWH_PER_KWH } from './session.js';
import type { TariffRestrictions } from './tariff.js';

/** The restrictions that ask what happens in the session; minima inclusive, maxima exclusive. */
export interface SessionRules {
  readonly minEnergyUwh: number;
  readonly maxEnergyUwh: number;
  readonly minElapsedMs: number;
  readonly maxElapsedMs: number;
  readonly minPowerW: number;
  readonly maxPowerW: number;
  readonly minCurrentA: number;
  readonly maxCurrentA: number;
}

/** Where a session stands at the start of a slice. */
export interface Standing {
  readonly energyUwh: number;
  readonly elapsedMs: number;
  readonly minPowerW: number;
  readonly maxPowerW: number;
  readonly minCurrentA: number;
  readonly maxCurrentA: number;
}

/** Undefined when nothing asks for the session. */
export function sessionRules(restrictions: TariffRestrictions): SessionRules | undefined {
  const rules: SessionRules = {
    minEnergyUwh: atLeast(restrictions.min_kwh, UWH_PER_KWH),
    maxEnergyUwh: below(restrictions.max_kwh, UWH_PER_KWH),
    minElapsedMs: atLeast(restrictions.min_duration, 1000),
    maxElapsedMs: below(restrictions.max_duration, 1000),
    minPowerW: atLeast(restrictions.min_power, 1000),
    maxPowerW: below(restrictions.max_power, 1000),
    minCurrentA: atLeast(restrictions.min_current, 1),
    maxCurrentA: below(restrictions.max_current, 1),
  };
  return Object.values(rules).some(Number.isFinite) ? rules : undefined;
}

export function asksLoad({ minPowerW, maxPowerW, minCurrentA, maxCurrentA }: SessionRules): boolean {
  return [minPowerW, maxPowerW, minCurrentA, maxCurrentA].some(Number.isFinite);
}

export function asksCurrent({ minCurrentA, maxCurrentA }: SessionRules): boolean {
  return Number.isFinite(minCurrentA) || Number.isFinite(maxCurrentA);
}

export function allowsSession(rules: SessionRules, now: Standing): boolean {
  return (
    now.energyUwh >= rules.minEnergyUwh &&
    now.energyUwh < rules.maxEnergyUwh &&
    now.elapsedMs >= rules.minElapsedMs &&
    now.elapsedMs < rules.maxElapsedMs &&
    allowsLoad(rules, now)
  );
}

/** What is unknown is -Infinity and Infinity, and matches no rule. */
function allowsLoad(rules: SessionRules, now: Standing): boolean {
  return (
    now.minPowerW >= rules.minPowerW &&
    (now.maxPowerW < rules.maxPowerW || rules.maxPowerW === Infinity) &&
    now.minCurrentA >= rules.minCurrentA &&
    (now.maxCurrentA < rules.maxCurrentA || rules.maxCurrentA === Infinity)
  );
}

function atLeast(limit: number | null | undefined, factor: number): number {
  return limit === undefined || limit === null ? -Infinity : Math.round(limit * factor * 1e3) / 1e3;
}

function below(limit: number | null | undefined, factor: number): number {
  return limit === undefined || limit === null ? Infinity : Math.round(limit * factor * 1e3) / 1e3;
}
