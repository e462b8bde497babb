import { GatewayPresent, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Clock } from '@chargemesh/service';
import type { Pod } from './connections.service.js';

export interface PresenceParts {
  readonly producer: Producer;
  readonly clock: Clock;
  readonly pod: Pick<Pod, 'podId'>;
  readonly leaseMs: number;
  /** Milliseconds that only rise. */
  readonly elapsed: () => number;
}

/** Events name an operator; what is of the installation names none. */
const NO_OPERATOR = '00000000-0000-0000-0000-000000000000';

/**
 * What the gateway's processes hear of each other through the log. One that alone is cut off from the database cannot
 * renew its lease, but says here that it lives.
 */
export class Presence {
  private readonly heardAt = new Map<string, number>();
  /** Since when this process has heard itself without a pause. */
  private hearingSince = Infinity;

  constructor(private readonly parts: PresenceParts) {}

  async tell(): Promise<void> {
    const at = this.parts.clock.now().toISOString();
    const data = { processId: this.parts.pod.podId, at };
    await this.parts.producer.send([newEvent(GatewayPresent, { operatorId: NO_OPERATOR, time: at, data })]);
  }

  hear(processId: string): void {
    const now = this.parts.elapsed();
    if (processId === this.parts.pod.podId && !this.heardWithin(this.parts.leaseMs / 2, processId))
      this.hearingSince = now;
    this.heardAt.set(processId, now);
  }

  /**
   * The processes that were heard within a lease. Undefined unless this one has heard itself for a whole one: the silence
   * of others may be the log's, or its own deafness.
   */
  present(): string[] | undefined {
    const { elapsed, leaseMs, pod } = this.parts;
    for (const processId of this.heardAt.keys())
      if (!this.heardWithin(leaseMs, processId)) this.heardAt.delete(processId);
    if (!this.heardAt.has(pod.podId) || elapsed() - this.hearingSince < leaseMs) return undefined;
    return [...this.heardAt.keys()];
  }

  private heardWithin(milliseconds: number, processId: string): boolean {
    return this.parts.elapsed() - (this.heardAt.get(processId) ?? -Infinity) < milliseconds;
  }
}
