import { randomBytes } from 'node:crypto';
import type { Topic } from '@chargemesh/contracts';
import type { Consumption, StoredRecord } from '@chargemesh/messaging';
import type { Request, Response } from 'express';
import type { Caller } from '../http/caller.js';
import type { ServiceName } from '../definition.js';
import type { Platform } from '../platform/platform.js';
import { problem } from '../problem.js';
import { Changes } from './changes.js';
import type { LiveStreams } from './live-streams.js';
import { type LiveStream, eventOf } from './stream.js';

/** What is followed: things of which a topic says, by their key, that they have changed. */
export interface Followed<Item> {
  /** Whose these things are: the log lets a service read in groups whose names begin with its own. */
  readonly service: ServiceName;
  readonly topic: Topic;
  /** What a reader begins with, the newest last. */
  snapshot(operatorId: string): Promise<readonly Item[]>;
  /** Those of these keys, as they are now, in any order. */
  load(operatorId: string, keys: readonly string[]): Promise<readonly Item[]>;
}

interface Follower<Item> {
  readonly stream: LiveStream;
  readonly matches: (item: Item) => boolean;
}

/** The readers of one operator: what changed is read once for all of them. */
interface Room<Item> {
  readonly followers: Set<Follower<Item>>;
  /** Readers that are here or on their way in. */
  guests: number;
  /** Number of the change up to which all followers have been told. */
  told: number;
  next: NodeJS.Timeout | undefined;
}

/** Changes that come together are read and told together. */
const TOLD_EVERY_MS = 200;
const KEYS_AT_ONCE = 200;

/**
 * Things as they change, for any number of readers: a snapshot, then every change, as server-sent events. An event holds the
 * whole thing as it is, so that one that is told twice does no harm. Nothing queues for a reader that is slow: it is cut off,
 * comes back with the id of what it read last, and is told what changed since, or everything (`reset`).
 *
 * Events: `reset` (forget what you have), `item` (a thing as it is now), `live` (all that was until now is told). Only `live` has an
 * id: who was cut off before it is told the whole batch again.
 */
export class LiveFeed<Item> {
  /** Numbers are those of this process and this start of it. */
  private readonly epoch = randomBytes(6).toString('base64url');
  private readonly changes = new Changes();
  private readonly rooms = new Map<string, Room<Item>>();
  private listening: Promise<Consumption> | undefined;

  constructor(
    private readonly followed: Followed<Item>,
    private readonly platform: Pick<Platform, 'transport' | 'processName' | 'logger'>,
    private readonly streams: LiveStreams,
  ) {}

  /** Reads no more. */
  async stop(): Promise<void> {
    for (const { next } of this.rooms.values()) clearTimeout(next);
    await this.listening?.then((consumption) => consumption.stop()).catch(() => undefined);
  }

  /** Answers a request with the stream of what its caller may see. Rejects with a problem before the stream has begun. */
  async follow(
    { operatorId }: Caller,
    request: Request,
    response: Response,
    matches: (item: Item) => boolean = () => true,
  ): Promise<void> {
    await this.listen();
    // Who has gone by now says so no more, and would be kept for ever.
    if (response.destroyed) return;
    const stream = this.streams.begin(operatorId, response);
    const room = this.enter(operatorId);
    const follower = { stream, matches };
    void stream.closed.then(() => this.leave(operatorId, room, follower));
    try {
      await this.bring(operatorId, room, follower, request.get('last-event-id'));
    } catch (error) {
      this.platform.logger.warn({ err: error, topic: this.followed.topic.name }, 'a live stream could not go on');
      stream.close();
    }
  }

  /** Reads the topic from the first reader on: nobody who follows nothing pays for it. */
  private async listen(): Promise<void> {
    const { service, topic } = this.followed;
    const { transport, processName, logger } = this.platform;
    const reader = `${service}.${topic.name}.live.${processName}`;
    this.listening ??= transport.listen(topic, reader, (records) => this.take(records));
    try {
      await this.listening;
    } catch (error) {
      this.listening = undefined;
      logger.warn({ err: error, topic: topic.name }, 'changes cannot be followed right now');
      throw problem('unavailable', { detail: 'changes cannot be followed right now' });
    }
  }

  private take(records: readonly StoredRecord[]): Promise<void> {
    for (const { key, headers } of records) {
      const operatorId = headers['ce_operatorid'];
      if (operatorId === undefined) continue;
      this.changes.add(operatorId, key);
      const room = this.rooms.get(operatorId);
      if (room) this.tellSoon(operatorId, room);
    }
    return Promise.resolve();
  }

  private enter(operatorId: string): Room<Item> {
    const room = this.rooms.get(operatorId) ?? {
      followers: new Set(),
      guests: 0,
      told: this.changes.last,
      next: undefined,
    };
    room.guests += 1;
    this.rooms.set(operatorId, room);
    return room;
  }

  private leave(operatorId: string, room: Room<Item>, follower: Follower<Item>): void {
    room.followers.delete(follower);
    room.guests -= 1;
    if (room.guests > 0) return;
    clearTimeout(room.next);
    this.rooms.delete(operatorId);
  }

  /** Tells a reader all that was, until it stands where the others of its room do. */
  private async bring(
    operatorId: string,
    room: Room<Item>,
    follower: Follower<Item>,
    lastEventId: string | undefined,
  ): Promise<void> {
    let at = this.numberOf(lastEventId, operatorId);
    if (at === undefined) {
      at = this.changes.last;
      follower.stream.send(eventOf('reset', '{}'));
      send([follower], await this.followed.snapshot(operatorId));
    }
    do {
      const keys = this.changes.since(at, operatorId);
      if (!keys) return follower.stream.close();
      at = this.changes.last;
      await this.tellOf(operatorId, [follower], keys);
    } while (at < room.told && follower.stream.isOpen);
    follower.stream.send(this.liveAt(at));
    room.followers.add(follower);
    if (this.changes.last > room.told) this.tellSoon(operatorId, room);
  }

  private tellSoon(operatorId: string, room: Room<Item>): void {
    room.next ??= setTimeout(() => {
      void this.tell(operatorId, room).finally(() => {
        room.next = undefined;
        if (room.guests > 0 && this.changes.since(room.told, operatorId)?.length !== 0) this.tellSoon(operatorId, room);
      });
    }, TOLD_EVERY_MS);
  }

  private async tell(operatorId: string, room: Room<Item>): Promise<void> {
    // Who comes meanwhile may know newer things than those that are read for the others.
    const followers = [...room.followers];
    const keys = this.changes.since(room.told, operatorId);
    room.told = this.changes.last;
    const live = this.liveAt(room.told);
    try {
      if (!keys) throw new Error('more has changed than is remembered');
      await this.tellOf(operatorId, followers, keys);
      for (const { stream } of followers) stream.send(live);
    } catch (error) {
      this.platform.logger.warn({ err: error, topic: this.followed.topic.name }, 'live streams could not go on');
      for (const { stream } of followers) stream.close();
    }
  }

  private async tellOf(operatorId: string, followers: readonly Follower<Item>[], keys: string[]): Promise<void> {
    for (let next = 0; next < keys.length; next += KEYS_AT_ONCE)
      send(followers, await this.followed.load(operatorId, keys.slice(next, next + KEYS_AT_ONCE)));
  }

  private liveAt(number: number): string {
    return eventOf('live', '{}', `${this.epoch}.${number}`);
  }

  /** Where a reader that comes back goes on; undefined where it has to begin anew. */
  private numberOf(id: string | undefined, operatorId: string): number | undefined {
    const [epoch, number = ''] = id?.split('.') ?? [];
    if (epoch !== this.epoch || !/^\d{1,15}$/.test(number)) return undefined;
    return this.changes.since(Number(number), operatorId) && Number(number);
  }
}

function send<Item>(followers: readonly Follower<Item>[], items: readonly Item[]): void {
  for (const item of items) {
    const wanted = followers.filter(({ matches }) => matches(item));
    if (wanted.length === 0) continue;
    const event = eventOf('item', JSON.stringify(item));
    for (const { stream } of wanted) stream.send(event);
  }
}
