import type { Resource } from './outage-of.js';

interface Outage {
  readonly since: number;
  faults: number;
  /** When the resource first did its work after the last fault. */
  backAt?: number | undefined;
}

/** Where the lines go; a pino logger fits. */
interface Lines {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

/** What returns often does so in fits: it is back when it has worked for so long without a fault. */
const CALM_MS = 10_000;

/** One line when a resource goes away and one when it is back; what fails meanwhile is counted. */
export class Outages {
  private readonly open = new Map<Resource, Outage>();

  constructor(
    private readonly lines: () => Lines,
    /** A clock that never goes back, in milliseconds. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  failed(resource: Resource, error: unknown): void {
    const now = this.now();
    const outage = this.open.get(resource);
    if (outage) {
      outage.faults += 1;
      outage.backAt = undefined;
      return;
    }
    this.open.set(resource, { since: now, faults: 1 });
    const details = { resource, reason: error instanceof Error ? error.message : String(error) };
    this.lines().warn(details, `${resource} is away: what needs it waits`);
  }

  /** Says that the resource did its work just now. */
  worked(resource: Resource): void {
    const outage = this.open.get(resource);
    const now = this.now();
    if (!outage) return;
    outage.backAt ??= now;
    if (now - outage.backAt < CALM_MS) return;
    this.open.delete(resource);
    const lastedS = Math.round((outage.backAt - outage.since) / 100) / 10;
    this.lines().info({ resource, lastedS, faults: outage.faults }, `${resource} is back`);
  }

  isOpen(resource: Resource): boolean {
    return this.open.has(resource);
  }
}
