import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import type { Response } from 'express';
import { LiveStreams } from './live-streams.js';

/** As much of a response as a stream writes to. */
function response(): Response & EventEmitter {
  const nothing = (): void => undefined;
  const written = { status: nothing, setHeader: nothing, flushHeaders: nothing, write: nothing };
  const answer = Object.assign(new EventEmitter(), written, { end: () => answer.emit('close') });
  return answer as unknown as Response & EventEmitter;
}

const REFUSED = expect.objectContaining({ code: 'too-many-requests' });

it('lets a few follow one thing that is open, and more of them once one has gone', async () => {
  const streams = new LiveStreams();
  const first = streams.beginOpen('a payment', response());
  for (let more = 1; more < 5; more++) streams.beginOpen('a payment', response());
  expect(() => streams.beginOpen('a payment', response())).toThrow(REFUSED);
  streams.beginOpen('another payment', response());
  first.close();
  await first.closed;
  streams.beginOpen('a payment', response());
  streams.endAll();
});

it('keeps room for operators, whatever is followed without a key', () => {
  const streams = new LiveStreams();
  for (let thing = 0; thing < 1_000; thing++) streams.beginOpen(`payment ${thing}`, response());
  expect(() => streams.beginOpen('one more', response())).toThrow(REFUSED);
  for (let operator = 0; operator < 20; operator++)
    for (let reader = 0; reader < 200; reader++) streams.begin(`operator ${operator}`, response());
  expect(() => streams.begin('one more', response())).toThrow(REFUSED);
  streams.endAll();
});
