/** Measures how many sessions are rated per second of CPU, and re-rates a month of them with its progress shown. */
import { type Session, compileTariff, rate, rateTotals } from '@chargemesh/rating';
import { figure, median, report, spread, usage } from './measure.js';

const PERIODS = 60;
/** Of them, before the vehicle is full. */
const CHARGING = 50;
const ROUNDS = 7;
const SESSIONS = 20_000;
/** A month of a large operator; made and rated in parts, so that memory does not grow with it. */
const MONTH = 1_000_000;
const PART = 5_000;

/** Every minute of the month and of the hour after it, as the platform writes it. */
const MINUTES_OF_MONTH = 31 * 24 * 60;
const moments = Array.from({ length: MINUTES_OF_MONTH + PERIODS }, (_, minute) =>
  new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
);

/** Four elements: at night, at the weekend, the first ten kWh, and else; energy, time and parking. */
const tariff = {
  currency: 'EUR',
  elements: [
    { price_components: [priceOf('ENERGY', 0.29)], restrictions: { start_time: '22:00', end_time: '06:00' } },
    { price_components: [priceOf('ENERGY', 0.39)], restrictions: { day_of_week: ['SATURDAY', 'SUNDAY'] } },
    { price_components: [priceOf('ENERGY', 0.45)], restrictions: { max_kwh: 10 } },
    { price_components: [priceOf('ENERGY', 0.49), priceOf('TIME', 0.6), priceOf('PARKING_TIME', 6)] },
  ],
};

function priceOf(type: string, price: number) {
  return { type, price, vat: 19, step_size: 1 };
}

/** A session of an hour, its readings a minute apart, as the platform has them. */
function sessionOf(index: number): Session {
  const moment = (minute: number): string => moments[(index % MINUTES_OF_MONTH) + minute] ?? '';
  const periods = Array.from({ length: PERIODS }, (_, minute) => ({
    startedAt: moment(minute),
    endedAt: moment(minute + 1),
    energyWh: minute < CHARGING ? 150 + ((index + minute) % 100) : 0,
    kind: minute < CHARGING ? ('charging' as const) : ('parking' as const),
  }));
  return { startedAt: moment(0), endedAt: moment(PERIODS), periods };
}

const sessionsOf = (from: number, count: number): Session[] =>
  Array.from({ length: count }, (_, index) => sessionOf(from + index));

const compiled = compileTariff(tariff, { timeZone: 'Europe/Berlin' });
const ways = {
  'totals, as for a forecast or a comparison': rateTotals,
  'with the trace, as for a CDR': rate,
} as const;

/** Sessions per second of CPU. */
function round(work: (session: Session) => void, sessions: readonly Session[]): number {
  const before = usage().cpuS;
  for (const session of sessions) work(session);
  return sessions.length / (usage().cpuS - before);
}

function speed(): void {
  const sessions = sessionsOf(0, SESSIONS);
  const rows = Object.entries(ways).map(([name, way]) => {
    const work = (session: Session) => void way(compiled, session);
    round(work, sessions);
    const rounds = Array.from({ length: ROUNDS }, () => round(work, sessions));
    return [name, spread(rounds, 0), `${figure(1e6 / median(rounds), 1)} µs`];
  });
  const title = `Rating, ${PERIODS} periods, ${tariff.elements.length} elements, ${ROUNDS} rounds of ${figure(SESSIONS)}`;
  report(title, ['', 'sessions per CPU-s (lowest–highest)', 'each'], rows);
}

/** The whole month by the old tariff and by a new one, as a preview does it. */
function month(): void {
  const next = compileTariff({ ...tariff, max_price: { before_taxes: 4 } }, { timeZone: 'Europe/Berlin' });
  globalThis.gc?.();
  const [began, memory] = [performance.now(), usage().residentBytes];
  let [cpuS, sum] = [0, 0];
  for (let from = 0; from < MONTH; from += PART) {
    const sessions = sessionsOf(from, PART);
    const before = usage().cpuS;
    for (const session of sessions) {
      sum += Number(rateTotals(next, session).totalInclTaxes) - Number(rateTotals(compiled, session).totalInclTaxes);
    }
    cpuS += usage().cpuS - before;
    const done = from + PART;
    if (done % (MONTH / 10) === 0) console.log(`${figure(done)} sessions re-rated, ${figure(cpuS, 1)} s of CPU`);
  }
  const row = [
    figure(cpuS, 1),
    figure((performance.now() - began) / 1_000, 1),
    `${figure((usage().residentBytes - memory) / 1e6)} MB`,
    figure(sum, 2),
  ];
  const head = ['CPU-s of rating', 's with making the sessions', 'memory grew by', 'difference, EUR'];
  report(`A month of ${figure(MONTH)} sessions by two tariffs`, head, [row]);
}

speed();
month();
