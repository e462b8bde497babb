import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 250;
const ANSWERS_WITHIN_MS = 2_000;

/** When a process did not say that it is ready, in ms since the watch began. */
export interface Outage {
  readonly service: string;
  readonly from: number;
  readonly until: number;
}

/** Asks processes all the time whether they are ready, and notes how long each was not. */
export class ReadinessWatch {
  private readonly outages: Outage[] = [];
  private readonly beginnings = new Map<string, number>();
  private readonly began = performance.now();
  private readonly ending = new AbortController();
  private readonly watching: Promise<unknown>;

  constructor(processes: readonly { readonly service: string; readonly managementUrl: string }[]) {
    this.watching = Promise.all(processes.map((watched) => this.watch(watched)));
  }

  /** Ends the watch when every process is ready again. */
  async end(withinMs: number): Promise<readonly Outage[]> {
    for (const until = performance.now() + withinMs; this.beginnings.size > 0; await sleep(EVERY_MS))
      if (performance.now() > until) throw new Error(`not ready again: ${[...this.beginnings.keys()].join()}`);
    this.ending.abort();
    await this.watching;
    return this.outages;
  }

  private async watch({ service, managementUrl }: { service: string; managementUrl: string }): Promise<void> {
    for (; !this.ending.signal.aborted; await sleep(EVERY_MS)) {
      const asked = performance.now() - this.began;
      const ready = await isReady(managementUrl);
      const from = this.beginnings.get(service);
      if (!ready && from === undefined) this.beginnings.set(service, asked);
      if (!ready || from === undefined) continue;
      this.beginnings.delete(service);
      this.outages.push({ service, from, until: performance.now() - this.began });
    }
  }
}

function isReady(managementUrl: string): Promise<boolean> {
  return fetch(`${managementUrl}/health/ready`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })
    .then(({ ok }) => ok)
    .catch(() => false);
}
