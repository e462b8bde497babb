import { describe, expect, it } from '@jest/globals';
import { reset } from '../ocpp16/reset.js';
import { byCommand } from './to-station.js';

describe('the rows of a version', () => {
  it('carry out each command once', () => {
    expect(byCommand({ Reset: reset }).get('Reset')).toMatchObject({ action: 'Reset' });
    expect(() => byCommand({ Reset: reset, Restart: reset })).toThrow('both Reset and Restart would carry out Reset');
  });
});
