import { describe, expect, it } from '@jest/globals';
import type { InboundCall, ZonelessAs } from '@chargemesh/ocpp';
import { contextOf } from '../testing/ports.js';
import { ZonelessStarts } from './zoneless-starts.js';

const LATE = '2026-03-01T10:00:00.000Z';
const AT_ONCE = '2026-03-01T11:59:58.000Z';

const startOf = (messageId: string, readAs: ZonelessAs) => {
  const message: InboundCall = { kind: 'call', messageId, action: 'StartTransaction', payload: {}, text: '' };
  return { message, context: contextOf('1.6', { messageId }), readAs };
};
const idsOf = (starts: ReturnType<ZonelessStarts['readOtherwise']>) => starts.map(({ message }) => message.messageId);

describe('starts that were read by another zone than the station means', () => {
  it('are given once', () => {
    const starts = new ZonelessStarts();
    for (const id of ['1', '2']) starts.add(startOf(id, 'UTC'), LATE);
    starts.add(startOf('3', 'site'), LATE);
    expect(idsOf(starts.readOtherwise('site'))).toEqual(['1', '2']);
    expect(idsOf(starts.readOtherwise('site'))).toEqual([]);
    expect(idsOf(starts.readOtherwise('UTC'))).toEqual(['3']);
  });

  it('are the latest fifty of a queue', () => {
    const starts = new ZonelessStarts();
    const ids = Array.from({ length: 52 }, (_, index) => String(index));
    for (const id of ids) starts.add(startOf(id, 'UTC'), LATE);
    expect(idsOf(starts.readOtherwise('site'))).toEqual(ids.slice(2));
  });

  it('are none that were told at once, as they were read', () => {
    const starts = new ZonelessStarts();
    starts.add(startOf('1', 'UTC'), AT_ONCE);
    expect(starts.readOtherwise('site')).toEqual([]);
  });
});
