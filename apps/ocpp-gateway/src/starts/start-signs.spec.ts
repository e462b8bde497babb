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
    expect([signs.status(on, 2), signs.status(on, 1), signs.status(on, 1)]).toEqual([[], [5], []]);
  });

  it('is a boot, of all that were answered', () => {
    const signs = started();
    signs.started(on, doubtful(2), 6);
    expect([signs.booted(on), signs.booted(on)]).toEqual([[5, 6], []]);
  });

  it('is nothing that comes by another connection', () => {
    expect(started().status(later, 1)).toEqual([]);
    expect(started().booted(later)).toEqual([]);
  });

  it('is not asked for where the clock is right', () => {
    const signs = new StartSigns();
    signs.started(on, { connectorId: 1 }, 5);
    expect(signs.status(on, 1)).toEqual([]);
  });
});

describe('that what ran at a connector is over', () => {
  const seen = (signs: StartSigns, by = on) => [1, 2].map((connectorId) => signs.isOver(by, connectorId));
  const noted = (signs: StartSigns, connectorId?: number, isNothingLeft = false) =>
    signs.over(on, signs.untold(on, connectorId), isNothingLeft);

  it('is noted once, until a start comes that may be repeated', () => {
    const signs = started();
    expect(seen(signs)).toEqual([false, false]);
    noted(signs, 1);
    signs.started(on, { connectorId: 1 }, 6);
    expect(seen(signs)).toEqual([true, false]);
    signs.started(on, doubtful(), 7);
    expect(seen(signs)).toEqual([false, false]);
  });

  it.each([
    ['at a boot', undefined, false],
    ['where nothing else is left', 1, true],
  ])('is noted of all connectors %s', (_, connectorId, isNothingLeft) => {
    const signs = started();
    noted(signs, connectorId, isNothingLeft);
    expect(seen(signs)).toEqual([true, true]);
    signs.started(on, doubtful(2), 6);
    expect(seen(signs)).toEqual([true, false]);
  });

  it('is noted anew on each connection, since another process may have been told of a start', () => {
    const signs = started();
    noted(signs);
    expect(seen(signs, later)).toEqual([false, false]);
  });

  it('is kept until the schema knows it, and forgotten with its connection', () => {
    const signs = started();
    expect(signs.untold(on, 1)).toEqual([1]);
    expect(signs.untold(on, undefined)).toEqual([1, undefined]);
    signs.over(on, [1], false);
    expect(signs.untold(on)).toEqual([undefined]);
    expect(signs.untold(later)).toEqual([]);
  });

  it('is not said of a start that came while the schema was being told', () => {
    const signs = started();
    const underWay = signs.untold(on, undefined);
    signs.over(on, underWay, false);
    signs.started(on, doubtful(), 7);
    signs.over(on, underWay, true);
    expect(seen(signs)).toEqual([false, true]);
  });
});
