import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { PLATFORM, type Platform } from '../platform/platform.js';
import { type Followed, LiveFeed } from './live-feed.js';
import { LiveStreams } from './live-streams.js';
import type { LiveStream } from './stream.js';

/** Lets what changes be followed live; one for the services of a process. */
@Injectable()
export class Live {
  private readonly streams = new LiveStreams();
  private readonly feeds: { stop(): Promise<void> }[] = [];

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  feed<Item>(followed: Followed<Item>): LiveFeed<Item> {
    const feed = new LiveFeed(followed, this.platform, this.streams);
    this.feeds.push(feed);
    return feed;
  }

  /** Begins a stream of one thing, of which its readers need no API key; what they are told is up to who begins it. */
  begin(thing: string, response: Response): LiveStream {
    return this.streams.beginOpen(thing, response);
  }

  /** Ends all streams, so that a shutdown has no request in hand that would last, and reads no more. */
  async end(): Promise<void> {
    this.streams.endAll();
    await Promise.all(this.feeds.map((feed) => feed.stop()));
  }
}
