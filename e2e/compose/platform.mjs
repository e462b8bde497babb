/** The composed platform, as scripts beside it ask it. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const TARIFFS_URL = 'http://127.0.0.1:8083';
const ASKED_EVERY_MS = 500;

export function compose(args, input = '') {
  const { status, stdout, stderr } = spawnSync('docker', ['compose', ...args], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker compose ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What the station simulator has said first: what it has brought into the platform. */
export function demo() {
  const [first] = compose(['logs', '--no-log-prefix', 'station-simulator'])
    .split('\n')
    .filter((line) => line.startsWith('{'));
  if (!first) throw new Error('the station simulator has not brought the demo in');
  return JSON.parse(first);
}

export async function json(url, headers = {}) {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** CDRs of the platform, the newest first. */
export async function cdrs(apiKey, filter = '') {
  const { items } = await json(`${TARIFFS_URL}/api/tariffs/v1/cdrs?limit=100${filter}`, {
    authorization: `Bearer ${apiKey}`,
  });
  return items;
}

/** The first answer that is something; whoever waits too long is told for what. */
export async function awaited(what, withinMs, ask) {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(ASKED_EVERY_MS)) {
    const found = await ask();
    if (found) return found;
  }
  throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
}
