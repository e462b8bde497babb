import { random } from '@chargemesh/waiting/random';
import type {
  Cap,
  Circumstances,
  Period,
  PriceComponent,
  Session,
  SpotRule,
  Tariff,
  TariffElement,
  TariffRestrictions,
} from '../src/index.js';

/** The same seed always gives the same case. */
export class Random {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)] as T;
  }

  shuffled<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }
}

export interface Case {
  readonly tariff: Tariff;
  readonly circumstances: Circumstances;
  readonly session: Session;
}

export function randomCase(random: Random): Case {
  const session = randomSession(random);
  return {
    tariff: extended(random, randomTariff(random), session),
    circumstances: { timeZone: random.pick(['Europe/Berlin', 'UTC', 'America/St_Johns', 'Australia/Lord_Howe']) },
    session,
  };
}

/** With what OCPI has no words for, some of it or nothing. */
function extended(random: Random, tariff: Tariff, session: Session): Tariff {
  const spots = tariff.tax_included !== 'YES' && random.chance(0.3);
  const elements = tariff.elements.map((element) => ({
    ...element,
    price_components: element.price_components.map((component) =>
      spots && component.type === 'ENERGY'
        ? { ...component, chargemesh: { spot: randomSpot(random, component.price, session) } }
        : component,
    ),
  }));
  const grace = random.chance(0.3) ? { idle_grace: random.integer(1, 200) * 10 } : {};
  const kinds = ['TIME', 'PARKING_TIME'].flatMap((type) => ['SESSION', 'DAY'].map((per) => ({ type, per }))) as Cap[];
  const caps = random
    .shuffled(kinds)
    .slice(0, random.integer(1, 3))
    .map((kind) => ({ ...kind, price: random.integer(0, 400) / 100 }));
  return { ...tariff, elements, chargemesh: { ...grace, ...(random.chance(0.3) ? { caps } : {}) } };
}

/** Quarter hours around the session, some of them not known. */
function randomSpot(random: Random, fallback: number, { startedAt }: Session): SpotRule {
  const firstMs = Math.floor(Date.parse(startedAt) / 900_000) * 900_000;
  const prices = Array.from({ length: random.integer(1, 12) }, (_, index) => ({
    from: iso(firstMs + (index - 1) * 900_000),
    market: String(random.integer(-2_000, 8_000) / 10_000),
  })).filter(() => random.chance(0.8));
  return {
    ...{ series: 'market', factor: random.pick([1, 1.1, 0.5]), surcharge: random.pick([0, 0.2, -0.05]), prices },
    ...(random.chance(0.5) ? { floor: Math.min(0.15, fallback) } : {}),
    ...(random.chance(0.5) ? { cap: Math.max(0.6, fallback) } : {}),
  };
}

export function randomTariff(random: Random): Tariff {
  const elements = Array.from({ length: random.integer(1, 5) }, () => randomElement(random));
  const min = random.chance(0.2) ? random.integer(1, 300) / 100 : undefined;
  const max = random.chance(0.2) ? random.integer(300, 900) / 100 : undefined;
  const limit = (before: number | undefined, factor: number) =>
    before === undefined
      ? undefined
      : {
          before_taxes: before,
          ...(random.chance(0.5) ? { after_taxes: Math.round(before * factor * 100) / 100 } : {}),
        };
  return {
    currency: 'EUR',
    tax_included: random.pick(['YES', 'NO', 'NO', 'N/A'] as const),
    min_price: limit(min, 1.1),
    max_price: limit(max, 1.2),
    elements,
  };
}

function randomElement(random: Random): TariffElement {
  const reservation = random.chance(0.25) ? random.pick(['RESERVATION', 'RESERVATION_EXPIRES'] as const) : undefined;
  const types = reservation ? (['FLAT', 'TIME'] as const) : (['ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'] as const);
  const chosen = random.shuffled<PriceComponent['type']>(types).slice(0, random.integer(1, types.length));
  return {
    price_components: chosen.map((type) => ({
      type,
      price: random.chance(0.15) ? 0 : random.integer(1, 4000) / 1000,
      step_size: type === 'ENERGY' ? random.pick([0, 1, 100, 1000]) : random.pick([0, 1, 60, 900]),
      ...(random.chance(0.8) ? { vat: random.pick([0, 7, 19, 5.5]) } : {}),
    })),
    ...(random.chance(0.75)
      ? { restrictions: { ...randomRestrictions(random), reservation } }
      : { restrictions: { reservation } }),
  };
}

function randomRestrictions(random: Random): TariffRestrictions {
  const some = <T extends TariffRestrictions>(restrictions: T) => (random.chance(0.3) ? restrictions : {});
  const [from, to] = random.shuffled(['00:00', '01:30', '02:00', '02:30', '03:00', '12:15', '22:00']);
  const wh = random.integer(1, 400) * 10;
  const seconds = random.integer(1, 500) * 10;
  return {
    ...some({ start_time: from, end_time: random.chance(0.8) ? to : undefined }),
    ...some({ day_of_week: random.shuffled(['MONDAY', 'WEDNESDAY', 'SATURDAY', 'SUNDAY'] as const).slice(0, 2) }),
    ...some(
      random.chance(0.5)
        ? { start_date: random.pick(['2026-03-29', '2026-04-05', '2026-10-25']) }
        : { end_date: random.pick(['2026-03-30', '2026-10-25', '2027-01-01']) },
    ),
    ...some({ min_kwh: wh / 1000 }),
    ...some({ max_kwh: (wh + random.integer(1, 600) * 10) / 1000 }),
    ...some({ min_duration: seconds }),
    ...some({ max_duration: seconds + random.integer(1, 500) * 10 }),
    ...some(random.chance(0.5) ? { min_power: random.pick([5, 8, 20]) } : { max_power: random.pick([5, 8, 20, 40]) }),
    ...some(random.chance(0.5) ? { min_current: random.pick([10, 16]) } : { max_current: random.pick([10, 16]) }),
  };
}

const DAYS = [
  '2026-03-28T23:',
  '2026-04-04T13:',
  '2026-10-24T22:',
  '2026-11-01T03:',
  '2026-12-31T22:',
  '2026-06-10T09:',
];

/** Whole Wh per second and lengths in tens of seconds, so that a walk by seconds meets every threshold exactly. */
export function randomSession(random: Random): Session {
  const startMs = Date.parse(`${random.pick(DAYS)}${String(random.integer(0, 59)).padStart(2, '0')}:00Z`);
  const periods: Period[] = [];
  let at = startMs;
  const add = (kind: Period['kind']) => {
    const seconds = random.integer(1, 400) * 10;
    const parkedWh = kind === 'parking' && random.chance(0.2) ? 1 : 0;
    const whPerSecond = kind === 'charging' ? random.pick([0, 1, 2, 5, 10]) : parkedWh;
    const current = random.pick([undefined, 6, 16, 32]);
    periods.push({
      startedAt: iso(at),
      endedAt: iso(at + seconds * 1000),
      energyWh: seconds * whPerSecond,
      kind,
      ...(current === undefined || kind !== 'charging' ? {} : { minCurrentA: current, maxCurrentA: current + 1 }),
      ...(kind === 'charging' ? { minPowerW: whPerSecond * 3600, maxPowerW: whPerSecond * 3600 + 10 } : {}),
    });
    at += seconds * 1000 + (random.chance(0.2) ? 600_000 : 0);
  };
  const reserved = random.chance(0.3);
  if (reserved) add('reservation');
  const used = !reserved || random.chance(0.7);
  if (used)
    for (let i = random.integer(1, 5); i > 0; i--) add(random.pick(['charging', 'charging', 'parking'] as const));
  const reservation = used ? 'used' : random.pick(['expired', 'cancelled'] as const);
  return { startedAt: iso(startMs), endedAt: iso(at), periods, ...(reserved ? { reservation } : {}) };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
