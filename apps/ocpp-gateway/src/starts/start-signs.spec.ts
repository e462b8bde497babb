import { describe, expect, it } from '@jest/globals';
import { StartSigns } from './start-signs.js';

const on = { stationId: 'CP-1', epoch: 7 };
const later = { ...on, epoch: 8 };
const doubtful = (connectorId = 1) => ({ connectorId, recursAfter: 'end' as const });

/** Start 5 has its answer, on connector 1. */
function started() {
  const signs = new StartSigns();
  signs.started(on, doubtful(), 5);
  return signs;
}

describe('what shows that a start is not sent again', () => {
  it('is the next status of its connector, once', () => {
    const signs = started();
    expect([signs.status(on, 2, false), signs.status(on, 1, false), signs.status(on, 1, true)]).toEqual([[], [5], []]);
  });

  it('is a boot, of all that were answered', () => {
    const signs = started();
    signs.started(on, doubtful(2), 6);
    expect([signs.booted(on), signs.booted(on)]).toEqual([[5, 6], []]);
  });

  it('is nothing that comes by another connection', () => {
    expect(started().status(later, 1, true)).toEqual([]);
    expect(started().booted(later)).toEqual([]);
  });

  it('is not asked for where the clock is right', () => {
    const signs = new StartSigns();
    signs.started(on, { connectorId: 1 }, 5);
    expect(signs.status(on, 1, false)).toEqual([]);
  });
});

describe('what ran at a connector', () => {
  it('is over by its status, or by a boot, until something starts there', () => {
    const signs = started();
    expect(signs.overSince(on, 1)).toBeUndefined();
    signs.status(later, 1, true);
    expect([signs.overSince(later, 1), signs.overSince(later, 2)]).toEqual(['end', undefined]);
    signs.started(later, doubtful(), 6);
    expect(signs.overSince(later, 1)).toBeUndefined();
    signs.booted(later);
    signs.status(later, 1, true);
    expect([signs.overSince(later, 1), signs.overSince(later, 2)]).toEqual(['boot', 'boot']);
    signs.started(later, doubtful(), 7);
    expect([signs.overSince(later, 1), signs.overSince(later, 2)]).toEqual([undefined, 'boot']);
  });
});
