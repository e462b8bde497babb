import { expect, it } from '@jest/globals';
import { NOW, contextOf, recordingPorts } from '../testing/ports.js';
import { heartbeat } from './heartbeat.js';

it('a 2.x heartbeat is answered with the time and leaves no trace in the log', async () => {
  const ports = recordingPorts();
  expect(await heartbeat({}, contextOf('2.1'), ports)).toEqual({ currentTime: NOW });
  expect(ports.published).toEqual([]);
});
