import { describe, expect, it } from '@jest/globals';
import { commands } from './commands.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

async function restore(environment: Record<string, string>, ...args: string[]) {
  const terminal = terminalOf('', environment);
  return { code: await run(['restore', ...args], terminal, commands), said: terminal.written.err };
}

const KAFKA_BROKERS = '127.0.0.1:9';

describe('chargemesh restore', () => {
  it.each([
    [[], 'check, rewind, replay'],
    [['replay'], '--since must be given'],
    [['rewind'], '--to must be given'],
    [['rewind', '--to', 'yesterday'], '--to must be given'],
    [['rewind', '--to', '2026-11-26T13:05:00Z', '--group', 'sessions.stations'], 'no group sessions.stations'],
    [['check', '--to', '2026-11-26T13:05:00Z', '--from', 'x'], '--from'],
  ])('says what is wrong with %j', async (args, sentence) => {
    expect(await restore({ KAFKA_BROKERS }, ...args)).toEqual({ code: 2, said: expect.stringContaining(sentence) });
  });

  it('asks for the brokers', async () => {
    const { code, said } = await restore({}, 'check', '--to', '2026-11-26T13:05:00Z');
    expect([code, said]).toEqual([2, expect.stringContaining('KAFKA_BROKERS must be set')]);
  });

  it('says that nobody is there', async () => {
    const { code, said } = await restore({ KAFKA_BROKERS }, 'check', '--to', '2026-11-26T13:05:00Z');
    expect([code, said]).toEqual([1, expect.stringContaining('Kafka cannot be reached at 127.0.0.1:9')]);
  });
});
