import { expect, it } from '@jest/globals';
import { NOW, callOf, recordingAbilities } from '../testing/abilities.js';
import { heartbeat } from './heartbeat.js';

it('a 2.x heartbeat is answered with the time and leaves no trace in the log', async () => {
  const abilities = recordingAbilities();
  expect(await heartbeat({}, callOf('2.1'), abilities)).toEqual({ currentTime: NOW });
  expect(abilities.told).toEqual([]);
});
