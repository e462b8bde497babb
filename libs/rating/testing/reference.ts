import type { Dimension, Period, PriceComponent, Session, Tariff, TariffRestrictions } from '../src/index.js';

/**
 * The cost rules once more, slow and obvious: walks a session second by second in floating point and asks Intl for
 * the local time. Shares nothing with the engine but the types. Knows no extra taxes and no operator's rules.
 */
export function referencePrice(tariff: Tariff, timeZone: string, session: Session): { before: number; incl: number } {
  const uses: Use[] = [];
  const sorted = [...session.periods].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const reserved = sorted.filter(({ kind }) => kind === 'reservation');
  const used = sorted.filter(({ kind }) => kind !== 'reservation');
  const useStart = Date.parse(reserved.length > 0 ? (used[0]?.startedAt ?? session.startedAt) : session.startedAt);
  walk(tariff, timeZone, reserved, Date.parse(session.startedAt), session.reservation === 'expired', uses);
  walk(tariff, timeZone, used, useStart, false, uses);
  addSteps(uses);
  return bounded(tariff, uses, sorted);
}

/** What was counted at one component in one second or, for a flat fee, once. */
interface Use {
  component: PriceComponent;
  reservation: boolean;
  /** Wh, seconds, or 1. */
  amount: number;
  /** By the local calendar. */
  date: string;
}

function walk(tariff: Tariff, zone: string, periods: Period[], start: number, expired: boolean, uses: Use[]): void {
  let consumedWh = 0;
  let flatPaid = false;
  let parked = 0;
  for (const period of periods) {
    const seconds = (Date.parse(period.endedAt) - Date.parse(period.startedAt)) / 1000;
    const whPerSecond = period.energyWh / seconds;
    for (let second = 0; second < seconds; second++) {
      const now = Date.parse(period.startedAt) + second * 1000;
      const reservation = period.kind === 'reservation';
      const { date } = localTime(now, zone);
      parked = period.kind === 'parking' ? parked || now : 0;
      const find = (type: Dimension) =>
        findComponent(tariff, type, reservation, expired, (restrictions) =>
          matches(restrictions, period, now, zone, (now - start) / 1000, consumedWh),
        );
      const flat = flatPaid ? undefined : find('FLAT');
      if (flat) {
        flatPaid = true;
        uses.push({ component: flat, reservation, amount: 1, date });
      }
      const energy = whPerSecond > 0 ? find('ENERGY') : undefined;
      if (energy) uses.push({ component: atMarket(energy, now), reservation, amount: whPerSecond, date });
      const time = find(period.kind === 'parking' ? 'PARKING_TIME' : 'TIME');
      const grace = parked > 0 && now < parked + (tariff.chargemesh?.idle_grace ?? 0) * 1000;
      if (time && !grace) uses.push({ component: time, reservation, amount: 1, date });
      consumedWh += whPerSecond;
    }
  }
}

function findComponent(
  tariff: Tariff,
  type: Dimension,
  reservation: boolean,
  expired: boolean,
  matching: (restrictions: TariffRestrictions) => boolean,
): PriceComponent | undefined {
  const wanted = reservation ? (expired ? ['RESERVATION_EXPIRES', 'RESERVATION'] : ['RESERVATION']) : [undefined];
  for (const kind of wanted) {
    for (const element of tariff.elements) {
      const restrictions = element.restrictions ?? {};
      if (restrictions.reservation !== kind) continue;
      const component = element.price_components.find((candidate) => candidate.type === type);
      if (component && matching(restrictions)) return component;
    }
  }
  return undefined;
}

function matches(
  r: TariffRestrictions,
  period: Period,
  now: number,
  zone: string,
  elapsed: number,
  wh: number,
): boolean {
  const idle = period.kind === 'charging' ? undefined : 0;
  return (
    matchesCalendar(r, localTime(now, zone)) &&
    inRange(wh + 1e-6, wh + 1e-6, r.min_kwh, r.max_kwh, 1000) &&
    inRange(elapsed, elapsed, r.min_duration, r.max_duration) &&
    inRange(period.minPowerW ?? idle, period.maxPowerW ?? idle, r.min_power, r.max_power, 1000) &&
    inRange(period.minCurrentA ?? idle, period.maxCurrentA ?? idle, r.min_current, r.max_current, 1)
  );
}

function matchesCalendar(r: TariffRestrictions, local: LocalTime): boolean {
  if (r.start_date && local.date < r.start_date) return false;
  if (r.end_date && local.date >= r.end_date) return false;
  if (r.day_of_week && !r.day_of_week.some((day) => day === local.weekday)) return false;
  const from = r.start_time ?? '00:00';
  const to = r.end_time && r.end_time !== '00:00' ? r.end_time : '24:00';
  return from < to ? local.time >= from && local.time < to : local.time >= from || local.time < to;
}

function inRange(low: number | undefined, high: number | undefined, min?: number, max?: number, factor = 1): boolean {
  if (min !== undefined && (low === undefined || low < min * factor)) return false;
  return max === undefined || (high !== undefined && high < max * factor);
}

interface LocalTime {
  date: string;
  time: string;
  weekday: string;
}

const known = new Map<string, LocalTime>();

function localTime(ms: number, zone: string): LocalTime {
  const key = `${zone} ${Math.floor(ms / 60_000)}`;
  let local = known.get(key);
  if (!local) {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', weekday: 'long' },
    } as Intl.DateTimeFormatOptions).formatToParts(ms);
    const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
    local = {
      date: `${part('year')}-${part('month')}-${part('day')}`,
      time: `${part('hour')}:${part('minute')}`,
      weekday: part('weekday').toUpperCase(),
    };
    known.set(key, local);
  }
  return local;
}

function atMarket(component: PriceComponent, now: number): PriceComponent {
  const spot = component.chargemesh?.spot;
  const known = spot?.prices?.find(({ from }) => now >= Date.parse(from) && now < Date.parse(from) + 900_000);
  if (!spot || !known) return component;
  const exact = Number(known.market) * (spot.factor ?? 1) + (spot.surcharge ?? 0);
  const rounded = (Math.sign(exact) * Math.round(Math.abs(exact) * 1e4 + 1e-7)) / 1e4;
  return { ...component, price: Math.min(Math.max(rounded, spot.floor ?? 0), spot.cap ?? Infinity) };
}

function addSteps(uses: Use[]): void {
  const priced = uses.filter(({ component }) => component.price > 0);
  const of = (type: Dimension, reservation: boolean) =>
    priced.filter((use) => use.component.type === type && use.reservation === reservation);
  const parks = uses.some(({ component }) => component.type === 'PARKING_TIME');
  const ofUse = parks ? of('PARKING_TIME', false) : of('TIME', false);
  for (const group of [of('ENERGY', false), ofUse, of('TIME', true)]) {
    const last = group.at(-1);
    const step = last?.component.step_size ?? 0;
    if (!last || step === 0) continue;
    const total = group.reduce((sum, { amount }) => sum + amount, 0);
    last.amount += Math.ceil(total / step - 1e-9) * step - total;
  }
}

function bounded(tariff: Tariff, uses: Use[], periods: Period[]): { before: number; incl: number } {
  let [before, incl] = [0, 0];
  const spent = new Map<string, number>();
  for (const use of uses) {
    const { component } = use;
    const cost = capped(tariff, use, spent);
    const rate = tariff.tax_included === 'N/A' ? 0 : (component.vat ?? 0) / 100;
    before += tariff.tax_included === 'YES' ? cost / (1 + rate) : cost;
    incl += tariff.tax_included === 'YES' ? cost : cost * (1 + rate);
  }
  const anything =
    uses.some(({ component }) => component.price > 0) ||
    periods.some(({ energyWh, kind }) => energyWh > 0 || kind === 'reservation');
  const components = tariff.elements.flatMap(({ price_components }) => price_components);
  const rates = new Set(components.map(({ vat }) => (tariff.tax_included === 'N/A' ? 0 : (vat ?? 0) / 100)));
  const bound = (limit: Tariff['min_price'], pick: (...values: number[]) => number) => {
    if (limit?.before_taxes === undefined) return;
    const after = tariff.tax_included === 'N/A' ? limit.before_taxes : limit.after_taxes;
    const raised = pick(before, limit.before_taxes);
    const bound = after ?? (rates.size === 1 ? limit.before_taxes * (1 + [...rates][0]!) : undefined);
    incl = bound === undefined ? (before === 0 ? raised : (incl * raised) / before) : pick(incl, bound);
    before = raised;
  };
  if (anything) bound(tariff.min_price, Math.max);
  bound(tariff.max_price, Math.min);
  return { before, incl };
}

/** What a use costs as the tariff's prices are, by what is left under the caps of its day and of the session. */
function capped(tariff: Tariff, { component, reservation, amount, date }: Use, spent: Map<string, number>): number {
  const units = component.type === 'FLAT' ? 1 : component.type === 'ENERGY' ? 1000 : 3600;
  const caps = reservation ? [] : (tariff.chargemesh?.caps ?? []).filter(({ type }) => type === component.type);
  const keyed = caps.map(({ type, per, price }) => ({ key: `${type} ${per === 'DAY' ? date : per}`, price }));
  const left = keyed.map(({ key, price }) => price - (spent.get(key) ?? 0));
  const cost = Math.max(0, Math.min((component.price * amount) / units, ...left));
  for (const { key } of keyed) spent.set(key, (spent.get(key) ?? 0) + cost);
  return cost;
}
