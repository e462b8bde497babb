import { describe, expect, it } from '@jest/globals';
import { letterOf } from './letter.js';

const at = new Date('2026-01-01T00:00:00Z');
const record = { topic: 't', partition: 1, offset: '7', key: 'k', value: '{}', headers: {} };

describe('a dead letter', () => {
  it('keeps why and where it failed', () => {
    const letter = letterOf('c', { record, event: undefined }, at, { error: new TypeError('no'), waitsUntil: null });
    expect(letter).toMatchObject({ reason: 'TypeError: no', parkingKey: 'k', logOffset: '7', parkedAt: at });
    expect(letter.stack).toContain('letter.spec');
  });

  it('takes what was thrown even when it is no error', () => {
    expect(letterOf('c', { record, event: undefined }, at, { error: 'no', waitsUntil: null })).toMatchObject({
      reason: 'no',
      stack: '',
    });
  });

  it('can be stored whatever bytes and headers the record has', () => {
    const wild = {
      ...record,
      key: 'k\0',
      value: '\0{',
      headers: { ce_id: 'not a uuid', ce_operatorid: 'x\0', other: '\0' },
    };
    const letter = letterOf('c', { record: wild, event: undefined }, at);
    expect(letter).toMatchObject({
      eventId: null,
      operatorId: null,
      key: 'k\uFFFD',
      value: '\uFFFD{',
      parkingKey: 'k\uFFFD',
    });
    expect(JSON.stringify(letter)).not.toContain('\\u0000');
  });
});
