import { describe, expect, it } from '@jest/globals';
import { lowestIdAt } from '@chargemesh/persistence';
import { soughtBy } from './helpdesk.search.js';

const from = '2026-03-02T08:00:00Z';
const cardLast4 = '4242';

describe('what a caller knows', () => {
  it('is a time, about or between two', () => {
    expect(soughtBy({ stationId: 'CS-1', at: from }, undefined)).toMatchObject({
      since: lowestIdAt(new Date('2026-03-02T02:00:00Z')),
      until: lowestIdAt(new Date('2026-03-02T14:00:00Z')),
    });
    const to = '2026-03-09T08:00:00Z';
    expect(soughtBy({ stationId: 'CS-1', from, to }, undefined)).toMatchObject({
      ...{ stationId: 'CS-1', since: lowestIdAt(new Date(from)), until: lowestIdAt(new Date(to)) },
    });
    expect(soughtBy({ stationId: 'CS-1', from }, undefined).until).toBeUndefined();
  });

  it('is enough with the digits of a card within two days', () => {
    expect(soughtBy({ cardLast4, from, to: '2026-03-04T08:00:00Z' }, undefined).cardLast4).toBe(cardLast4);
  });

  it.each([
    ['nothing', {}],
    ['a time alone', { at: from }],
    ['the digits of a card alone', { cardLast4 }],
    ['those with no end of the time', { cardLast4, from }],
    ['those within more than two days', { cardLast4, from, to: '2026-03-04T08:00:01Z' }],
    ['times in the wrong order', { stationId: 'CS-1', from, to: from }],
    ['two ways to say the time', { stationId: 'CS-1', at: from, from }],
  ])('is too little: %s', (_, query) => {
    expect(() => soughtBy(query, undefined)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});
