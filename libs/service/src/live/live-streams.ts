import type { Response } from 'express';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import { problem } from '../problem.js';
import { LiveStream } from './stream.js';

/** Of one operator or one open thing, and of a process: each holds a connection and some kilobytes. */
const OF_ONE = 200;
const OF_A_PROCESS = 5_000;

/** All that is followed live in a process. */
export class LiveStreams {
  private readonly open = new Map<LiveStream, string>();
  private ending = false;

  constructor() {
    observe(platformMetrics.process.liveStreams, (result) => result.observe(this.open.size));
  }

  /** Begins a stream; throws the problem `too-many-requests` beyond the bounds and `unavailable` at a shutdown. */
  begin(whose: string, response: Response): LiveStream {
    if (this.ending) throw problem('unavailable');
    const own = [...this.open.values()].filter((of) => of === whose).length;
    if (own >= OF_ONE || this.open.size >= OF_A_PROCESS)
      throw problem('too-many-requests', { detail: 'too many live streams are open' });
    const stream = new LiveStream(response);
    this.open.set(stream, whose);
    void stream.closed.then(() => this.open.delete(stream));
    return stream;
  }

  /** Ends them all, so that a shutdown has no request in hand that would last. */
  endAll(): void {
    this.ending = true;
    for (const stream of this.open.keys()) stream.close();
  }
}
