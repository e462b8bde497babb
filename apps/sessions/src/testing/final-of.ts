import { expect } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { random, shuffled } from '@chargemesh/testing/random';
import { at } from './facts.js';
import { Play } from './play.js';

/** What is told of a session in the end, in the order of coming, and in any other. */
export function finalOf(...events: StationEvent[]) {
  const [inOrder, ...others] = Array.from({ length: 10 }, (_, seed) => {
    const story = new Play(at('12:00')).each(...(seed === 0 ? events : shuffled(events, random(seed)))).after(600);
    const [{ version: _version, ...final } = {}] = story.of('session-finalized');
    return final;
  });
  expect(others).toEqual(others.map(() => inOrder));
  return inOrder;
}
