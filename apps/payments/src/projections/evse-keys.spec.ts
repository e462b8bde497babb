import { expect, it } from '@jest/globals';
import { evseKey, evseKeysOf } from './evse-keys.js';

it.each(['DE*ABC*E123*2', 'de*abc*e123*2', 'DEABCE1232', 'DE-ABC-E123-2', 'DE ABC E123 2'])(
  'an EVSE-ID is the same however it is written: %s',
  (written) => {
    expect(evseKey(written)).toBe('DEABCE1232');
  },
);

it('is also known whole, by which two are told apart that differ by separators alone', () => {
  expect(evseKeysOf('DE*ABC*E1*23')).toEqual(['DE*ABC*E1*23', 'DEABCE123']);
  expect(evseKeysOf('DE*ABC*E12*3')).toEqual(['DE*ABC*E12*3', 'DEABCE123']);
  expect(evseKeysOf(undefined)).toEqual([]);
});
