import { parseArgs } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type Command, UsageError } from './command.js';
import { readInput } from './input.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

const echo: Command = {
  summary: 'writes what it reads',
  usage: 'usage: chargemesh echo [file]',
  run: async (args, terminal) => {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: { loud: { type: 'boolean' } } });
    if (positionals.length > 1) throw new UsageError('One file, please.');
    terminal.out(await readInput(positionals[0], terminal));
    return 3;
  },
};
const broken: Command = { ...echo, run: () => Promise.reject(new TypeError('a defect')) };
const commands = { echo, broken };

describe('the command line', () => {
  it('runs the command that is named and answers its exit code', async () => {
    const terminal = terminalOf('größer');
    expect(await run(['echo'], terminal, commands)).toBe(3);
    expect(terminal.written).toEqual({ out: 'größer', err: '' });
  });

  it('lists its commands on request', async () => {
    const terminal = terminalOf();
    expect(await run(['--help'], terminal, commands)).toBe(0);
    expect(terminal.written.out).toContain('echo    writes what it reads');
  });

  it('tells how a command is called instead of running it', async () => {
    const terminal = terminalOf();
    expect(await run(['echo', '--help'], terminal, commands)).toBe(0);
    expect(terminal.written.out).toBe('usage: chargemesh echo [file]\n');
  });

  it.each([[[]], [['unknown']], [['toString']], [['echo', 'a', 'b']], [['echo', '--quiet']], [['echo', '/no/file']]])(
    'answers %j with exit code 2 and a sentence',
    async (args) => {
      const terminal = terminalOf();
      expect(await run(args, terminal, commands)).toBe(2);
      expect(terminal.written.out).toBe('');
      expect(terminal.written.err.length).toBeGreaterThan(20);
    },
  );

  it('does not pass off a defect of its own as a mistake of the caller', async () => {
    await expect(run(['broken'], terminalOf(), commands)).rejects.toThrow('a defect');
  });

  it('refuses input beyond its bound', async () => {
    const terminal = terminalOf('x'.repeat(16 * 1024 * 1024 + 1));
    expect(await run(['echo'], terminal, commands)).toBe(2);
    expect(terminal.written.err).toContain('bytes');
  });
});
