import { randomUUID } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKeyState, apiKeys, newEvent } from '@chargemesh/contracts';
import { producerOf } from '@chargemesh/messaging';
import { eventually } from '@chargemesh/waiting';
import express from 'express';
import type { Caller } from '../http/caller.js';
import { Problem } from '../problem.js';
import { type TestPlatform, startTestPlatform } from '../testing/platform.js';
import { LiveFeed } from './live-feed.js';
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

  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(() => platform.stop());

  beforeEach(async () => {
    things.clear();
    loads = [];
    streams = new LiveStreams();
    const of = (operatorId: string) => [...things.values()].filter((thing) => thing.operatorId === operatorId);
    feed = new LiveFeed<Thing>(
      {
        topic: apiKeys,
        snapshot: (operatorId) => Promise.resolve(of(operatorId)),
        load(operatorId, keys) {
          loads.push([...keys]);
          return Promise.resolve(of(operatorId).filter(({ key }) => keys.includes(key)));
        },
      },
      platform.platform,
      streams,
    );
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

  async function follow(path: string, lastEventId?: string): Promise<Reader> {
    const reader = await Reader.open(`${url}/${path}`, lastEventId);
    readers.push(reader);
    return reader;
  }

  it('are told as they are, and then whenever they change', async () => {
    const key = await change('before');
    const reader = await follow(ours);
    await eventually(() => expect(reader.events).toEqual(['reset', 'item before', 'live']));
    await change('after', { key });
    await change('new');
    await eventually(() => expect(reader.events.slice(3)).toEqual(['item after', 'item new']));
  });

  it('are told to nobody but their operator', async () => {
    const [reader, other] = [await follow(ours), await follow(theirs)];
    await eventually(() => expect([reader.events.at(-1), other.events.at(-1)]).toEqual(['live', 'live']));
    await change('theirs', { operatorId: theirs });
    await eventually(() => expect(other.events.at(-1)).toBe('item theirs'));
    await change('ours');
    await eventually(() => expect(reader.events).toEqual(['reset', 'live', 'item ours']));
  });

  it('are told as far as a reader wants them', async () => {
    const reader = await follow(`${ours}?name=wanted`);
    await eventually(() => expect(reader.events).toContain('live'));
    await change('other');
    await change('wanted');
    await eventually(() => expect(reader.events).toEqual(['reset', 'live', 'item wanted']));
  });

  it('are told to who comes back as far as they changed meanwhile', async () => {
    await change('old');
    const first = await follow(ours);
    await eventually(() => expect(first.events).toContain('live'));
    first.leave();
    await change('meanwhile');
    const again = await follow(ours, first.lastEventId);
    await eventually(() => expect(again.events).toEqual(['item meanwhile', 'live']));
  });

  it('are told whole to who comes back from another process', async () => {
    await change('all of it');
    const reader = await follow(ours, 'another-process.1');
    await eventually(() => expect(reader.events).toEqual(['reset', 'item all of it', 'live']));
  });

  it('are read once for all readers of an operator', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => follow(ours)));
    await eventually(() => expect(many.every(({ events }) => events.includes('live'))).toBe(true));
    loads = [];
    const key = await change('for all');
    await eventually(() => expect(many.every(({ events }) => events.includes('item for all'))).toBe(true));
    expect(loads).toEqual([[key]]);
  });

  it('do not wait for a reader that does not read: it is cut off, and the others go on', async () => {
    const slow = connect(Number(new URL(url).port), '127.0.0.1');
    const cutOff = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined).pause();
    slow.write(`GET /${ours} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const reader = await follow(ours);
    await eventually(() => expect(reader.events).toContain('live'));
    for (let told = 1; server.listening && told <= 30; told++) {
      await change(`${told}`.padEnd(500_000, 'x'));
      await eventually(() => expect(reader.events).toHaveLength(2 + told));
    }
    await eventually(async () => expect(await connections(server)).toBe(1));
    slow.resume();
    await cutOff;
  });

  it('are followed by so many at most', async () => {
    const many = await Promise.all(Array.from({ length: 200 }, () => follow(ours)));
    expect(many.every(({ status }) => status === 200)).toBe(true);
    expect((await follow(ours)).status).toBe(429);
    expect((await follow(theirs)).status).toBe(200);
  });

  it('end with the process, for which nobody new is let in', async () => {
    const reader = await follow(ours);
    await eventually(() => expect(reader.events).toContain('live'));
    streams.endAll();
    await reader.ended;
    expect((await follow(ours)).status).toBe(503);
  });
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

/** Reads a stream as a browser's EventSource does. */
class Reader {
  readonly events: string[] = [];
  lastEventId = '';
  readonly ended: Promise<void>;

  private constructor(
    readonly response: Response,
    private readonly leaving: AbortController,
  ) {
    this.ended = this.read().catch(() => undefined);
  }

  static async open(url: string, lastEventId?: string): Promise<Reader> {
    const leaving = new AbortController();
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return new Reader(await fetch(url, { headers, signal: leaving.signal }), leaving);
  }

  get status(): number {
    return this.response.status;
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(): Promise<void> {
    let text = '';
    for await (const chunk of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + String(chunk)).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const { event, id, data } = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
    if (id !== undefined) this.lastEventId = id;
    if (event !== undefined) this.events.push(event === 'item' ? `item ${(JSON.parse(data) as Thing).name}` : event);
  }
}
