import { platformMetrics } from '@chargemesh/contracts';
import { answerWithin, observe } from '@chargemesh/messaging';
import type { Outages } from './outages.js';
import { type Resource, outageOf } from './outage-of.js';
import type { Readiness } from './readiness.js';

export interface Dependency {
  readonly name: string;
  /** Of whose outage it is a part, when its check fails; of none, if absent. */
  readonly resource?: Resource;
  /** Whether the process cannot do its first duty without it. */
  readonly requiredForReadiness: boolean;
  /** How often it is looked at while all is well, in milliseconds. */
  readonly everyMs: number;
  /** Resolves when it does its work, and rejects with why it does not. */
  check(): Promise<unknown>;
}

const AGAIN_MS = 1_000;
const ANSWERS_WITHIN_MS = 5_000;
const NOT_LOOKED_AT = 'has not been looked at yet';

/**
 * Looks at what the process depends on, all the time, so that an outage is seen when it begins and when it ends, also
 * while nobody needs the resource; readiness and metrics tell what was seen last.
 */
export class Dependencies {
  /** Why each does not do its work; undefined for one that does. */
  private readonly states = new Map<Dependency, string | undefined>();
  /** Checks that have not answered yet, which may take longer than anybody waits. */
  private readonly asked = new Map<Dependency, Promise<unknown>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(
    private readonly outages: Outages,
    private readonly readiness: Readiness,
    /** How long a check may take, in milliseconds. */
    private readonly withinMs = ANSWERS_WITHIN_MS,
  ) {
    observe(platformMetrics.process.dependencyUp, (result) => {
      for (const [{ name }, reason] of this.states)
        result.observe(reason === undefined ? 1 : 0, { 'chargemesh.dependency': name });
    });
  }

  /** Looks at it now, and from now on. */
  async watch(dependency: Dependency): Promise<void> {
    this.states.set(dependency, NOT_LOOKED_AT);
    const holds = (): boolean => {
      const reason = this.states.get(dependency);
      if (reason !== undefined) throw new Error(reason);
      return true;
    };
    this.readiness.add(dependency.name, holds, { required: dependency.requiredForReadiness });
    await this.look(dependency);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private async look(dependency: Dependency): Promise<void> {
    const { resource } = dependency;
    try {
      await answerWithin(this.withinMs, this.ask(dependency));
      this.states.set(dependency, undefined);
      if (resource && this.isWhole(resource)) this.outages.worked(resource);
    } catch (error) {
      this.states.set(dependency, error instanceof Error ? error.message : String(error));
      // What the embedded log lacks may be its database.
      if (resource && !this.stopped) this.outages.failed(outageOf(error) ?? resource, error);
    }
    const away = this.states.get(dependency) !== undefined || (resource !== undefined && this.outages.isOpen(resource));
    this.later(dependency, away ? AGAIN_MS : dependency.everyMs);
  }

  /** One at a time: those that hang would take all connections. */
  private ask(dependency: Dependency): Promise<unknown> {
    const running = this.asked.get(dependency);
    if (running) return running;
    const asked = dependency.check().finally(() => this.asked.delete(dependency));
    // Whoever waits for it hears of a failure; after its time nobody does.
    asked.catch(() => undefined);
    this.asked.set(dependency, asked);
    return asked;
  }

  private isWhole(resource: Resource): boolean {
    return [...this.states].every(([other, reason]) => other.resource !== resource || reason === undefined);
  }

  private later(dependency: Dependency, milliseconds: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.look(dependency);
    }, milliseconds).unref();
    this.timers.add(timer);
  }
}
