import type { EachBatchPayload } from 'kafkajs';

/**
 * Commits offsets behind the batches, one request at a time, always the newest: a crash in between costs duplicates,
 * which are dropped.
 */
export class OffsetCommits {
  private readonly newest = new Map<number, string>();
  private payload: EachBatchPayload | undefined;
  private committing: Promise<void> | undefined;

  constructor(private readonly failed: (error: unknown) => void) {}

  /** Notes the last offset of a partition that was handled. */
  add(payload: EachBatchPayload, offset: string | undefined): void {
    if (offset === undefined) return;
    payload.resolveOffset(offset);
    this.newest.set(payload.batch.partition, (BigInt(offset) + 1n).toString());
    this.payload = payload;
    this.committing ??= this.commitAll();
  }

  /** Drops what was not committed: the partitions may have a new owner. */
  forget(): void {
    this.newest.clear();
  }

  async done(): Promise<void> {
    await this.committing;
  }

  private async commitAll(): Promise<void> {
    // Once for all partitions of a batch.
    await Promise.resolve();
    while (this.payload && this.newest.size > 0) {
      const partitions = [...this.newest].map(([partition, offset]) => ({ partition, offset }));
      this.newest.clear();
      try {
        await this.payload.commitOffsetsIfNecessary({ topics: [{ topic: this.payload.batch.topic, partitions }] });
      } catch (error) {
        this.failed(error);
      }
    }
    this.committing = undefined;
  }
}
