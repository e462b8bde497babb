import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE, Failed, type Terminal, UsageError } from './command.js';

const HELP = new Set(['help', '--help', '-h']);

/** Runs one command line (without the program's name) and returns the exit code. */
export async function run(
  args: string[],
  terminal: Terminal,
  commands: Readonly<Record<string, Command>>,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) return refuse('Which command?', terminal, overview(commands));
  if (HELP.has(name)) return tell(overview(commands), terminal);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return refuse(`There is no command "${name}".`, terminal, overview(commands));
  if (rest.some((argument) => argument === '--help' || argument === '-h')) return tell(command.usage, terminal);
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (error instanceof Failed) {
      terminal.err(`${error.message}\n`);
      return EXIT_FAILED;
    }
    if (!isUsageError(error)) throw error;
    return refuse(error.message, terminal, `chargemesh ${name} --help tells how to call it.`);
  }
}

function overview(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(0, ...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['usage: chargemesh <command> …', '', ...rows, '', 'chargemesh <command> --help tells more.'].join('\n');
}

function tell(text: string, terminal: Terminal): number {
  terminal.out(`${text}\n`);
  return EXIT_OK;
}

function refuse(sentence: string, terminal: Terminal, hint: string): number {
  terminal.err(`${sentence}\n${hint}\n`);
  return EXIT_USAGE;
}

/** `parseArgs` of Node has no error class of its own: its errors tell themselves apart by their code. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return String(error.code).startsWith('ERR_PARSE_ARGS_');
}
