import { expect, it } from '@jest/globals';
import type { InboundCall, ZonelessAs } from '@chargemesh/ocpp';
import { contextOf } from '../testing/ports.js';
import { ZonelessStarts } from './zoneless-starts.js';

const startOf = (messageId: string, readAs: ZonelessAs) => {
  const message: InboundCall = { kind: 'call', messageId, action: 'StartTransaction', payload: {}, text: '' };
  return { message, context: contextOf('1.6', { messageId }), readAs };
};
const idsOf = (starts: ReturnType<ZonelessStarts['readOtherwise']>) => starts.map(({ message }) => message.messageId);

it('starts that were read by another zone than the station means are given once, the latest four', () => {
  const starts = new ZonelessStarts();
  for (const id of ['1', '2', '3', '4']) starts.add(startOf(id, 'UTC'));
  starts.add(startOf('5', 'site'));
  expect(idsOf(starts.readOtherwise('site'))).toEqual(['2', '3', '4']);
  expect(idsOf(starts.readOtherwise('site'))).toEqual([]);
  expect(idsOf(starts.readOtherwise('UTC'))).toEqual(['5']);
});
