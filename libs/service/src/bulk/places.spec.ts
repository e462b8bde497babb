import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Place, Places } from './places.js';

describe('places of operators', () => {
  let now: number;
  let places: Places;
  beforeEach(() => {
    now = 0;
    places = new Places(2, () => now);
  });

  const turnedAway = expect.objectContaining({
    code: 'too-many-requests',
    details: expect.objectContaining({ retryAfterS: 5 }),
  });
  const refused = (operator: string) => expect(() => places.take(operator)).toThrow(turnedAway);

  it('are all of one operator as long as nobody else asks', () => {
    const [first] = [places.take('a'), places.take('a')];
    refused('a');
    first.leave();
    places.take('a');
  });

  it('are wanted back, but for the first, when another operator asks', () => {
    const [first, second] = [places.take('a'), places.take('a')];
    refused('a');
    expect(second.wantedBack.aborted).toBe(false);
    refused('b');
    expect([first, second].map(({ wantedBack }) => wantedBack.aborted)).toEqual([false, true]);
    expect(second.wantedBack.reason).toEqual(turnedAway);
    second.leave();
    refused('a');
    places.take('b');
  });

  it('are kept for those who were turned away, in their order', () => {
    const held: Place[] = [places.take('a'), places.take('b')];
    refused('c');
    refused('d');
    refused('c');
    held[0]?.leave();
    refused('d');
    refused('a');
    const third = places.take('c');
    third.leave();
    places.take('d');
  });

  it('are not kept for good for who does not come again', () => {
    const held = places.take('a');
    places.take('b');
    refused('c');
    held.leave();
    refused('a');
    now = 15_001;
    places.take('a');
    refused('c');
  });
});
