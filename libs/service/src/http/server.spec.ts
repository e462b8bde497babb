import { Agent, type Server, createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { until } from '@chargemesh/waiting';
import express from 'express';
import { RequestsInHand } from './server.js';

async function serve(answer: express.RequestHandler): Promise<{ server: Server; url: string; inHand: RequestsInHand }> {
  const inHand = new RequestsInHand();
  const server = createServer(express().use(inHand.middleware, answer)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, inHand };
}

describe('the requests in hand', () => {
  it('are answered before the end, and none is taken after it began', async () => {
    let answer: (() => void) | undefined;
    const { server, url, inHand } = await serve((_request, response) => {
      answer = () => void response.end('done');
    });
    const asked = fetch(url).then((response) => response.text());
    await until(() => answer !== undefined);
    const ended = inHand.endAll(server, 60_000);
    await expect(fetch(url)).rejects.toThrow();
    answer?.();
    expect(await asked).toBe('done');
    await ended;
  });

  it('are cut off when they take too long', async () => {
    let taken = false;
    const { server, url, inHand } = await serve(() => void (taken = true));
    const asked = fetch(url);
    asked.catch(() => undefined);
    await until(() => taken);
    await inHand.endAll(server, 50);
    await expect(asked).rejects.toThrow();
  });

  it('leave no connection behind, such as one on which nothing was said yet', async () => {
    const { server, url, inHand } = await serve(() => undefined);
    const closed = new Promise((resolve) => server.once('close', resolve));
    const accepted = new Promise((resolve) => server.once('connection', resolve));
    connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    await accepted;
    await inHand.endAll(server, 60_000);
    await closed;
  });

  it('leave no connection behind whose request was answered while they came to their end', async () => {
    let answer: (() => void) | undefined;
    const { server, url, inHand } = await serve((_request, response) => {
      answer = () => void response.end('done');
    });
    const closed = new Promise((resolve) => server.once('close', resolve));
    get(url, { agent: new Agent({ keepAlive: true }) }, (response) => response.resume()).on('error', () => undefined);
    await until(() => answer !== undefined);
    const ended = inHand.endAll(server, 60_000);
    answer?.();
    await ended;
    await closed;
  });

  it('need no waiting when there are none', async () => {
    const { server, inHand } = await serve(() => undefined);
    await inHand.endAll(server, 5_000);
  });
});
