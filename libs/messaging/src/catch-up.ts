import type { Topic } from '@chargemesh/contracts';
import type { Logger } from './log.js';
import { type Transport, lagOf } from './transport.js';
import { wait } from './wait.js';

const CHECK_MS = 200;

/** Watches groups until they have handled what was in their topics when they started. */
export class CatchUp {
  private readonly done = new Set<string>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly transport: Pick<Transport, 'positions'>,
    private readonly logger: Logger,
  ) {}

  /** Notes how far the topic reaches now. */
  async expect(group: string, topic: Topic): Promise<void> {
    const positions = await this.transport.positions(topic, group);
    const ends = new Map(positions.map(({ partition, end }) => [partition, end]));
    void this.watch(group, topic, ends);
  }

  isDone(group: string): boolean {
    return this.done.has(group);
  }

  stop(): void {
    this.stopping.abort();
  }

  private async watch(group: string, topic: Topic, ends: ReadonlyMap<number, bigint>): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        const positions = await this.transport.positions(topic, group);
        const behind = positions.some(
          (position) => lagOf({ ...position, end: ends.get(position.partition) ?? 0n }) > 0n,
        );
        if (!behind) {
          this.done.add(group);
          return;
        }
      } catch (error) {
        this.logger.debug({ err: error, group }, 'the position of a group could not be read');
      }
      await wait(CHECK_MS, this.stopping.signal);
    }
  }
}
