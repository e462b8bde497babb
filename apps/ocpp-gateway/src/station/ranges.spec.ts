import { describe, expect, it } from '@jest/globals';
import { inRange } from './ranges.js';

describe('the numbers of a event', () => {
  it('stay where somebody can keep them', () => {
    const data = { evseId: 1, connectorId: undefined, seqNo: 2 ** 31 - 1, at: 'now' };
    expect(inRange(data)).toBe(data);
  });

  it.each([-1, 2 ** 31, 2 ** 53, 1e300, 0.5])('are left out where nobody can, and the event says so: %s', (number) => {
    expect(inRange({ seqNo: number, evseId: 1, flags: ['time-zone-assumed'] })).toEqual({
      ...{ seqNo: undefined, evseId: 1, flags: ['time-zone-assumed', 'value-out-of-range'] },
    });
    expect(inRange({ evseId: number })).toEqual({ evseId: undefined, flags: ['value-out-of-range'] });
  });
});
