import { describe, expect, it } from '@jest/globals';
import { StartEvidence } from './start-evidence.js';

const on = { stationId: 'CP-1', epoch: 7 };
const later = { ...on, epoch: 8 };
const doubtful = (connectorId = 1) => ({ connectorId, recursAfter: 'end' as const });

/** Start 5 has its answer, on connector 1. */
function started() {
  const evidence = new StartEvidence();
  evidence.started(on, doubtful(), 5);
  return evidence;
}

describe('what shows that a start is not sent again', () => {
  it('is the next status of its connector, once', () => {
    const evidence = started();
    expect([evidence.status(on, 2), evidence.status(on, 1), evidence.status(on, 1)]).toEqual([[], [5], []]);
  });

  it('is a boot, of all that were answered', () => {
    const evidence = started();
    evidence.started(on, doubtful(2), 6);
    expect([evidence.booted(on), evidence.booted(on)]).toEqual([[5, 6], []]);
  });

  it('is nothing that comes by another connection', () => {
    expect(started().status(later, 1)).toEqual([]);
    expect(started().booted(later)).toEqual([]);
  });

  it('is not asked for where the clock is right', () => {
    const evidence = new StartEvidence();
    evidence.started(on, { connectorId: 1 }, 5);
    expect(evidence.status(on, 1)).toEqual([]);
  });
});

describe('that what ran at a connector is over', () => {
  const seen = (evidence: StartEvidence, by = on) => [1, 2].map((connectorId) => evidence.isOver(by, connectorId));
  const noted = (evidence: StartEvidence, connectorId?: number, isNothingLeft = false) =>
    evidence.over(on, evidence.unnoted(on, connectorId), isNothingLeft);

  it('is noted once, until a start comes that may be repeated', () => {
    const evidence = started();
    expect(seen(evidence)).toEqual([false, false]);
    noted(evidence, 1);
    evidence.started(on, { connectorId: 1 }, 6);
    expect(seen(evidence)).toEqual([true, false]);
    evidence.started(on, doubtful(), 7);
    expect(seen(evidence)).toEqual([false, false]);
  });

  it.each([
    ['at a boot', undefined, false],
    ['where nothing else is left', 1, true],
  ])('is noted of all connectors %s', (_, connectorId, isNothingLeft) => {
    const evidence = started();
    noted(evidence, connectorId, isNothingLeft);
    expect(seen(evidence)).toEqual([true, true]);
    evidence.started(on, doubtful(2), 6);
    expect(seen(evidence)).toEqual([true, false]);
  });

  it('is noted anew on each connection, since another process may have taken a start', () => {
    const evidence = started();
    noted(evidence);
    expect(seen(evidence, later)).toEqual([false, false]);
  });

  it('is kept until the schema knows it, and forgotten with its connection', () => {
    const evidence = started();
    expect(evidence.unnoted(on, 1)).toEqual([1]);
    expect(evidence.unnoted(on, undefined)).toEqual([1, undefined]);
    evidence.over(on, [1], false);
    expect(evidence.unnoted(on)).toEqual([undefined]);
    expect(evidence.unnoted(later)).toEqual([]);
  });

  it('is not said of a start that came while the schema was being updated', () => {
    const evidence = started();
    const underWay = evidence.unnoted(on, undefined);
    evidence.over(on, underWay, false);
    evidence.started(on, doubtful(), 7);
    evidence.over(on, underWay, true);
    expect(seen(evidence)).toEqual([false, true]);
  });
});
