/** Measures 1,000 checkouts that are under way at once, each at an EVSE of its own: what each step takes, and how large the pages are. */
import { fileURLToPath } from 'node:url';
import { Server, figure, median, quantile, report, spread } from './measure.js';

const DRIVERS = 1_000;
/** Of their requests, so many are under way at any time. */
const AT_ONCE = 50;
const ROUNDS = 3;
const ALONE = 200;
const STEPS = ['page of the EVSE', 'form', 'payment at the sandbox', 'page of the session'] as const;

const evses = DRIVERS * (ROUNDS + 1) + ALONE;
const server = await Server.start(fileURLToPath(new URL('checkout.server.js', import.meta.url)), [String(evses)]);

interface Step {
  readonly ms: number;
  readonly location: string;
  readonly cookie: string;
  readonly bytes: number;
}

async function step(path: string, status: number, form?: Record<string, string>, cookie = ''): Promise<Step> {
  const began = performance.now();
  const body = form && new URLSearchParams(form);
  const answer = await fetch(new URL(path, server.url), {
    ...{ method: form ? 'POST' : 'GET', redirect: 'manual', headers: { cookie } },
    ...(body ? { body } : {}),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  if (answer.status !== status) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
  const given = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
  const location = answer.headers.get('location') ?? '';
  return { ms, location, cookie: given.join('; '), bytes: Buffer.byteLength(text) };
}

async function all<T>(work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const walk = async (): Promise<void> => {
    for (let index = next++; index < DRIVERS; index = next++) done[index] = await work(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
  return done;
}

/** All drivers take a step before any takes the next, so that all are at the same one. */
async function round(number: number): Promise<{ ms: number[][]; bytes: number[] }> {
  const pathOf = (index: number): string => `/pay/CS-${number * DRIVERS + index}:1`;
  const pages = await all((index) => step(pathOf(index), 200));
  const forms = await all((index) => step(pathOf(index), 303, {}, pages[index]?.cookie));
  const paid = await all((index) => step(forms[index]?.location ?? '', 303, { outcome: 'approve' }));
  const sessions = await all((index) => step(paid[index]?.location ?? '', 200));
  const ms = [pages, forms, paid, sessions].map((steps) => steps.map((one) => one.ms));
  return { ms, bytes: [pages[0]?.bytes ?? 0, sessions[0]?.bytes ?? 0] };
}

try {
  // The first one is for warming up.
  await round(0);
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let number = 1; number <= ROUNDS; number += 1) rounds.push(await round(number));
  const rows = STEPS.map((name, which) => [
    name,
    ...[0.5, 0.99].map((part) =>
      spread(
        rounds.map(({ ms }) => quantile(ms[which] ?? [], part)),
        0,
      ),
    ),
  ]);
  report(`${figure(DRIVERS)} checkouts under way, ${AT_ONCE} requests at once, in ms`, ['', 'p50', 'p99'], rows);
  const alone: number[] = [];
  for (let index = evses - ALONE; index < evses; index += 1) alone.push((await step(`/pay/CS-${index}:1`, 200)).ms);
  const sizes = [0, 1].map((which) => figure(median(rounds.map(({ bytes }) => bytes[which] ?? 0)) / 1_000, 1));
  report(
    'One driver after the other',
    ['page of the EVSE, ms p50', 'p99', 'kB', 'page of the session, kB'],
    [[figure(quantile(alone, 0.5), 1), figure(quantile(alone, 0.99), 1), ...sizes]],
  );
} finally {
  await server.stop();
}
