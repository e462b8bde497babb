import type { Response } from 'express';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import { problem } from '../problem.js';
import { LiveStream } from './stream.js';

/** Each stream holds a connection and some kilobytes. */
const OF_A_PROCESS = 5_000;
const OF_AN_OPERATOR = 200;
/** Of those, what is open to anyone may take no more than a fifth: nobody without a key keeps operators out. */
const OPEN_OF_A_PROCESS = 1_000;
/** A driver's devices, and one that comes back before its old connection is known to be gone. */
const OF_AN_OPEN_THING = 5;

interface Follower {
  readonly of: string;
  readonly isOpen: boolean;
}

/** All that is followed live in a process. */
export class LiveStreams {
  private readonly open = new Map<LiveStream, Follower>();
  private ending = false;

  constructor() {
    observe(platformMetrics.process.liveStreams, (result) => result.observe(this.open.size));
  }

  /** Begins a stream of an operator's; throws the problem `too-many-requests` beyond the bounds and `unavailable` at a shutdown. */
  begin(operatorId: string, response: Response): LiveStream {
    return this.admit({ of: operatorId, isOpen: false }, OF_AN_OPERATOR, response);
  }

  /** The same for a thing of which readers need no key. */
  beginOpen(thing: string, response: Response): LiveStream {
    const open = [...this.open.values()].filter(({ isOpen }) => isOpen).length;
    if (open >= OPEN_OF_A_PROCESS) throw tooMany();
    return this.admit({ of: thing, isOpen: true }, OF_AN_OPEN_THING, response);
  }

  private admit(follower: Follower, most: number, response: Response): LiveStream {
    if (this.ending) throw problem('unavailable');
    const own = [...this.open.values()].filter(({ of }) => of === follower.of).length;
    if (own >= most || this.open.size >= OF_A_PROCESS) throw tooMany();
    const stream = new LiveStream(response);
    this.open.set(stream, follower);
    void stream.closed.then(() => this.open.delete(stream));
    return stream;
  }

  /** Ends them all, so that a shutdown has no request in hand that would last. */
  endAll(): void {
    this.ending = true;
    for (const stream of this.open.keys()) stream.close();
  }
}

function tooMany(): Error {
  return problem('too-many-requests', { detail: 'too many live streams are open' });
}
