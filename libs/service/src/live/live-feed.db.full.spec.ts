import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeyState, apiKeys, newEvent } from '@chargemesh/contracts';
import { producerOf } from '@chargemesh/messaging';
import { eventually } from '@chargemesh/waiting';
import express from 'express';
import { EventSource, type MessageEvent } from 'undici';
import type { Caller } from '../http/caller.js';
import { Problem } from '../problem.js';
import { type TestPlatform, startTestPlatform } from '../testing/platform.js';
import { type Followed, LiveFeed } from './live-feed.js';
import { LiveStreams } from './live-streams.js';

const [ours, theirs] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
const time = '2026-05-01T12:00:00Z';

interface Thing {
  readonly key: string;
  readonly operatorId: string;
  readonly name: string;
}

describe('things that are followed live', () => {
  let platform: TestPlatform;
  let streams: LiveStreams;
  let feed: LiveFeed<Thing>;
  let server: Server;
  let url: string;
  let loads: string[][];
  const things = new Map<string, Thing>();
  const readers: Reader[] = [];

  const of = (operatorId: string) => [...things.values()].filter((thing) => thing.operatorId === operatorId);
  const followed: Followed<Thing> = {
    service: 'sessions',
    topic: apiKeys,
    snapshot: (operatorId) => Promise.resolve(of(operatorId)),
    load(operatorId, keys) {
      loads.push([...keys]);
      return Promise.resolve(of(operatorId).filter(({ key }) => keys.includes(key)));
    },
  };

  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  beforeEach(async () => {
    things.clear();
    loads = [];
    streams = new LiveStreams();
    feed = new LiveFeed<Thing>(followed, platform.platform, streams);
    const app = express();
    app.get('/:operatorId', (request, response) => {
      const { name } = request.query;
      feed
        .follow({ operatorId: request.params.operatorId } as Caller, request, response, (thing) =>
          name === undefined ? true : thing.name === name,
        )
        .catch((error: unknown) => {
          response.status(error instanceof Problem ? error.status : 500).end();
        });
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.leave();
    streams.endAll();
    await feed.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Changes a thing and says so in the log, as a service does. */
  async function change(name: string, { key = randomUUID() as string, operatorId = ours } = {}): Promise<string> {
    things.set(key, { key, operatorId, name });
    const about = { name: 'n', hash: 'a'.repeat(64), role: 'viewer' as const, version: 1, deleted: false };
    const state = newEvent(ApiKeyState, { operatorId, time, data: { ...about, apiKeyId: key, operatorId } });
    await producerOf('device-management', platform.platform.transport).send([state]);
    return key;
  }

  /** A reader that was told all that was. */
  async function follow(path: string): Promise<Reader> {
    const reader = new Reader(`${url}/${path}`);
    readers.push(reader);
    await eventually(() => expect(reader.events).toContain('live'));
    return reader;
  }

  it('are told as they are, and then whenever they change', async () => {
    const key = await change('before');
    const reader = await follow(ours);
    expect(reader.events).toEqual(['reset', 'before', 'live']);
    await change('after', { key });
    await change('new');
    await eventually(() => expect(reader.items).toEqual(['before', 'after', 'new']));
  });

  it('are told to nobody but their operator', async () => {
    const [reader, other] = [await follow(ours), await follow(theirs)];
    await change('of theirs', { operatorId: theirs });
    await eventually(() => expect(other.items).toEqual(['of theirs']));
    await change('of ours');
    await eventually(() => expect(reader.items).toEqual(['of ours']));
  });

  it('are told as far as a reader wants them', async () => {
    const reader = await follow(`${ours}?name=wanted`);
    await change('other');
    await change('wanted');
    await eventually(() => expect(reader.items).toEqual(['wanted']));
  });

  it('are told to who was cut off as far as they changed meanwhile', async () => {
    await change('old');
    const reader = await follow(ours);
    server.closeAllConnections();
    await change('meanwhile');
    await eventually(() => expect(reader.items).toEqual(['old', 'meanwhile']));
    expect(reader.events.filter((event) => event === 'reset')).toHaveLength(1);
  });

  it('are told whole to who comes from another process', async () => {
    await change('all of it');
    const { body } = await fetch(`${url}/${ours}`, { headers: { 'last-event-id': 'another-process.1' } });
    let told = '';
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      told += text;
      if (told.includes('event: live')) break;
    }
    expect(told.match(/event: reset|all of it|event: live/g)).toEqual(['event: reset', 'all of it', 'event: live']);
  });

  it('are read once for all readers of an operator', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => follow(ours)));
    loads = [];
    const key = await change('for all');
    await eventually(() => expect(many.every(({ items }) => items.includes('for all'))).toBe(true));
    expect(loads).toEqual([[key]]);
  });

  it('do not wait for a reader that does not read: it is cut off, and the others go on', async () => {
    const slow = connect(Number(new URL(url).port), '127.0.0.1');
    const cutOff = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined).pause();
    slow.write(`GET /${ours} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const reader = await follow(ours);
    for (let told = 1; told <= 30; told++) {
      await change(`${told}`.padEnd(500_000, 'x'));
      await eventually(() => expect(reader.items).toHaveLength(told));
    }
    await eventually(async () => expect(await connections(server)).toBe(1));
    slow.resume();
    await cutOff;
  });

  it('are followed by so many at most', async () => {
    await Promise.all(Array.from({ length: 200 }, () => follow(ours)));
    expect((await fetch(`${url}/${ours}`)).status).toBe(429);
    await follow(theirs);
  });

  it('keep no place for a reader that has gone before its stream began', async () => {
    await feed.stop();
    const { transport } = platform.platform;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = { ...platform.platform, transport: Object.create(transport) as typeof transport };
    slow.transport.listen = (...of) => gate.then(() => transport.listen(...of));
    feed = new LiveFeed<Thing>(followed, slow, streams);
    const leaving = new AbortController();
    const asked = fetch(`${url}/${ours}`, { signal: leaving.signal }).catch(() => undefined);
    await eventually(async () => expect(await connections(server)).toBe(1));
    leaving.abort();
    await asked;
    await eventually(async () => expect(await connections(server)).toBe(0));
    open();
    await Promise.all(Array.from({ length: 200 }, () => follow(ours)));
  });

  it('end with the process, which lets nobody in again', async () => {
    const reader = await follow(ours);
    streams.endAll();
    await eventually(() => expect(reader.isRefused).toBe(true));
    expect((await fetch(`${url}/${ours}`)).status).toBe(503);
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

/** Reads as a browser does: it comes back by itself when it is cut off. */
class Reader {
  readonly events: string[] = [];
  private readonly source: EventSource;

  constructor(url: string) {
    this.source = new EventSource(url);
    this.source.addEventListener('reset', () => this.events.push('reset'));
    this.source.addEventListener('live', () => this.events.push('live'));
    this.source.addEventListener('item', (event) => {
      const { data } = event as MessageEvent<string>;
      this.events.push((JSON.parse(data) as Thing).name);
    });
  }

  get items(): string[] {
    return this.events.filter((event) => event !== 'live' && event !== 'reset');
  }

  get isRefused(): boolean {
    return this.source.readyState === EventSource.CLOSED;
  }

  leave(): void {
    this.source.close();
  }
}
