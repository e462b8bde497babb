import { converter, formatDecimal, minorDigits, parseDecimal } from '@chargemesh/money';
import { limitsOf } from './bounds.js';
import { capRulesOf } from './caps.js';
import type { Candidates, CompiledTariff, Phases, Price, Size } from './compiled-tariff.js';
import { parseInstant } from './instant.js';
import { type Calendar, DAY_MS, localCalendar, timelessCalendar } from './local-time.js';
import { type LocalRules, allowsLocal, asksCalendar, asksTime, localRules } from './local-rules.js';
import { type SessionRules, asksCurrent, asksLoad, sessionRules } from './restrictions.js';
import { PRINTED_DIGITS } from './printed.js';
import { UWH_PER_WH } from './session.js';
import { QUARTER_HOUR_MS, componentsByQuarter } from './spot.js';
import { readTariff } from './tariff-check.js';
import type { Dimension, PriceComponent, Tariff, TariffElement } from './tariff.js';
import { type Scale, type Tax, hidesTaxes, scaleOf } from './taxes.js';

/** What a price also depends on but a tariff does not say. */
export interface Circumstances {
  /** IANA name, of the location. */
  readonly timeZone: string;
  /** Taxes of components without a `vat` of their own. */
  readonly taxes?: readonly Tax[];
  /** The operator's rule: without energy only a reservation costs something, whatever flat and time prices say. */
  readonly freeWithoutEnergy?: boolean;
}

interface CompiledElement {
  readonly prices: readonly Price[];
  readonly local: LocalRules | undefined;
  readonly rules: SessionRules | undefined;
  readonly reservation: 'RESERVATION' | 'RESERVATION_EXPIRES' | undefined;
}

/** @throws TariffInvalid, TimeZoneUnknown */
export function compileTariff(source: unknown, circumstances: Circumstances): CompiledTariff {
  const tariff = readTariff(source);
  const taxes = circumstances.taxes ?? [];
  const scale = scaleOf(tariff, taxes);
  const reverseCharge = tariff.chargemesh?.reverse_charge ?? false;
  const elements = tariff.elements.map((element, index) => compileElement(element, index, scale));
  const caps = capRulesOf(tariff, scale);
  const digits = minorDigits(tariff.currency);
  const asksDay = caps.some(({ per }) => per === 'DAY');
  return {
    currency: tariff.currency,
    minorDigits: digits,
    toMinor: converter(scale.denominator, 10n ** BigInt(digits)),
    toPrinted: converter(scale.denominator, 10n ** BigInt(PRINTED_DIGITS)),
    calendar: calendarOf(elements, circumstances.timeZone, asksDay),
    size: sizeOf(elements, asksDay),
    energyCutsUwh: cuts(elements, ({ minEnergyUwh, maxEnergyUwh }) => [minEnergyUwh, maxEnergyUwh]),
    elapsedCutsMs: cuts(elements, ({ minElapsedMs, maxElapsedMs }) => [minElapsedMs, maxElapsedMs]),
    asksLoad: elements.some(({ rules }) => rules !== undefined && asksLoad(rules)),
    asksCurrent: elements.some(({ rules }) => rules !== undefined && asksCurrent(rules)),
    prices: kindsOf(elements),
    limits: limitsOf(tariff, scale),
    taxes: [...new Set(elements.flatMap(({ prices }) => prices.flatMap((price) => price.taxes)))],
    idleGraceMs: (tariff.chargemesh?.idle_grace ?? 0) * 1000,
    caps,
    ...quartersOf(tariff),
    freeWithoutEnergy: circumstances.freeWithoutEnergy ?? tariff.chargemesh?.free_without_energy ?? false,
    hidesTaxes: !reverseCharge && hidesTaxes(tariff, taxes),
    reverseCharge,
    validFromMs: tariff.start_date_time ? parseInstant(tariff.start_date_time) : -Infinity,
    validToMs: tariff.end_date_time ? parseInstant(tariff.end_date_time) : Infinity,
  };
}

function compileElement(element: TariffElement, elementIndex: number, scale: Scale): CompiledElement {
  const restrictions = element.restrictions ?? {};
  const rules = sessionRules(restrictions);
  const reservation = restrictions.reservation ?? undefined;
  const priceOf = (component: PriceComponent): Price => {
    const unit = scale.unitPrice(component);
    return {
      elementIndex,
      type: component.type,
      reservation: reservation !== undefined,
      component,
      shown: formatDecimal(parseDecimal(component.price)),
      step: stepOf(component),
      unit,
      taxes: unit.taxes.map(({ tax }) => tax),
      rules,
      quarters: undefined,
    };
  };
  const prices = element.price_components.map((component) => withQuarters(priceOf(component), priceOf));
  return { prices, local: localRules(restrictions), rules, reservation };
}

function withQuarters(price: Price, priceOf: (component: PriceComponent) => Price): Price {
  const components = componentsByQuarter(price.component);
  if (components.size === 0) return price;
  const quarters = new Map<number, Price>();
  const own = { ...price, quarters };
  const byAmount = new Map<number, Price>([[price.component.price, own]]);
  for (const [startMs, component] of components) {
    const known = byAmount.get(component.price) ?? priceOf(component);
    byAmount.set(component.price, known);
    quarters.set(startMs, known);
  }
  return own;
}

function quartersOf({ elements }: Tariff): Pick<CompiledTariff, 'quartersFromMs' | 'quartersToMs'> {
  let [from, to] = [Infinity, -Infinity];
  for (const component of elements.flatMap(({ price_components }) => price_components)) {
    for (const startMs of componentsByQuarter(component).keys()) {
      from = Math.min(from, startMs);
      to = Math.max(to, startMs + QUARTER_HOUR_MS);
    }
  }
  return { quartersFromMs: from, quartersToMs: to };
}

function kindsOf(elements: readonly CompiledElement[]): CompiledTariff['prices'] {
  const kinds = new Set(
    elements.flatMap(({ prices, reservation }) => (reservation ? [] : prices.map(({ type }) => type))),
  );
  const has = (type: Dimension) => kinds.has(type);
  return { ENERGY: has('ENERGY'), TIME: has('TIME'), PARKING_TIME: has('PARKING_TIME'), FLAT: has('FLAT') };
}

function stepOf({ type, step_size }: PriceComponent): number {
  if (type === 'FLAT') return 0;
  return (step_size ?? 0) * (type === 'ENERGY' ? UWH_PER_WH : 1000);
}

function cuts(elements: readonly CompiledElement[], limits: (rules: SessionRules) => number[]): number[] {
  const all = elements.flatMap(({ rules }) => (rules ? limits(rules) : []));
  return [...new Set(all.filter((cut) => Number.isFinite(cut) && cut > 0))].sort((a, b) => a - b);
}

/** In all windows of local time that are kept: some ten megabytes. */
const ELEMENTS_KEPT = 1_000_000;

function calendarOf(elements: readonly CompiledElement[], timeZone: string, asksDay: boolean): Calendar<Phases> {
  const rules = elements.flatMap(({ local }) => (local ? [local] : []));
  const phasesAt = (localMs: number) =>
    phases(
      elements.filter(({ local }) => !local || allowsLocal(local, localMs)),
      asksDay ? Math.floor(localMs / DAY_MS) : 0,
    );
  // An empty list of cuts still checks the zone; a tariff without local rules needs no more than that.
  const mostKept = ELEMENTS_KEPT / elements.length;
  const local = localCalendar(timeZone, minutesOf(rules, asksDay), phasesAt, mostKept);
  return rules.length === 0 && !asksDay ? timelessCalendar(phasesAt(0)) : local;
}

function sizeOf(elements: readonly CompiledElement[], asksDay: boolean): Size {
  const rules = elements.flatMap(({ local }) => (local ? [local] : []));
  const restricted = elements.reduce((sum, element) => sum + (element.rules ? element.prices.length : 0), 0);
  // Midnight of UTC and a change of the clock cut as well.
  const windowsPerDay = rules.length === 0 && !asksDay ? 0 : minutesOf(rules, asksDay).length + 2;
  return { elements: elements.length, windowsPerDay, restricted };
}

function minutesOf(rules: readonly LocalRules[], asksDay: boolean): number[] {
  const minutes = rules.filter(asksTime).flatMap(({ startMinute, endMinute }) => [startMinute, endMinute % 1_440]);
  return [...new Set(asksDay || rules.some(asksCalendar) ? [0, ...minutes] : minutes)];
}

function phases(elements: readonly CompiledElement[], day: number): Phases {
  const of = (...kinds: CompiledElement['reservation'][]) =>
    candidates(kinds.flatMap((kind) => elements.filter(({ reservation }) => reservation === kind)));
  // An expired reservation has its own elements first, then those of any reservation.
  const expired = of('RESERVATION_EXPIRES', 'RESERVATION');
  return { use: of(undefined), reserved: of('RESERVATION'), expired, day };
}

function candidates(elements: readonly CompiledElement[]): Candidates {
  const of = (type: Dimension) => {
    const prices = elements.flatMap((element) => element.prices.filter((price) => price.type === type));
    const always = prices.findIndex(({ rules }) => !rules);
    return always < 0 ? prices : prices.slice(0, always + 1);
  };
  return { ENERGY: of('ENERGY'), TIME: of('TIME'), PARKING_TIME: of('PARKING_TIME'), FLAT: of('FLAT') };
}
