import { GatewayPresent, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import type { Clock } from '@chargemesh/service';
import type { GatewayProcess } from './gateway-processes.store.js';

export interface PresenceParts {
  readonly producer: Producer;
  readonly clock: Clock;
  readonly gatewayProcess: Pick<GatewayProcess, 'processId'>;
  readonly leaseMs: number;
  /** Milliseconds that only rise. */
  readonly elapsed: () => number;
}

/** Events name an operator; what is of the installation names none. */
const NO_OPERATOR = '00000000-0000-0000-0000-000000000000';

/**
 * Heartbeats of the gateway's processes through the log: one that alone has lost the database cannot renew its lease, and
 * is not reaped because of them.
 */
export class Presence {
  private readonly heardAt = new Map<string, number>();
  /** Since when this process has received its own heartbeats without a pause. */
  private hearingSince = Infinity;

  constructor(private readonly parts: PresenceParts) {}

  async announce(): Promise<void> {
    const at = this.parts.clock.now().toISOString();
    const data = { processId: this.parts.gatewayProcess.processId, at };
    await this.parts.producer.send([newEvent(GatewayPresent, { operatorId: NO_OPERATOR, time: at, data })]);
  }

  hear(processId: string): void {
    const now = this.parts.elapsed();
    if (processId === this.parts.gatewayProcess.processId && !this.heardWithin(this.parts.leaseMs / 2, processId))
      this.hearingSince = now;
    this.heardAt.set(processId, now);
  }

  /**
   * Processes with a heartbeat within a lease. Undefined unless this one has received its own for a whole lease: otherwise
   * it may be the log, or its own consumer, that is silent.
   */
  present(): string[] | undefined {
    const { elapsed, leaseMs, gatewayProcess } = this.parts;
    for (const processId of this.heardAt.keys())
      if (!this.heardWithin(leaseMs, processId)) this.heardAt.delete(processId);
    if (!this.heardAt.has(gatewayProcess.processId) || elapsed() - this.hearingSince < leaseMs) return undefined;
    return [...this.heardAt.keys()];
  }

  private heardWithin(milliseconds: number, processId: string): boolean {
    return this.parts.elapsed() - (this.heardAt.get(processId) ?? -Infinity) < milliseconds;
  }
}
