import { createRequire } from 'node:module';

/** The part of kafkajs' request queue, one per connection, that is put right. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * kafkajs 2.2.4 looks for requests held back by throttling with a timer that sets itself anew even when there are none,
 * for a moment in the past: 1 ms in Node, so every idle connection takes some percent of a core (its issue 1768). With
 * this, the timer is set only while requests are held back.
 */
export function quietTimers(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue;
  };
  if (quieted.has(prototype)) return;
  quieted.add(prototype);
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleIfPending(this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this);
  };
}

const quieted = new WeakSet<RequestQueue>();
