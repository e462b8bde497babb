import type { Environment } from '@chargemesh/service/settings';

/** What a command may touch, so that a test needs no process: three streams and the settings. */
export interface Terminal {
  stdin: AsyncIterable<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
  environment: Environment;
}

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** The command as it is typed, what its arguments mean, and its exit codes. */
  usage: string;
  /** Returns the exit code; throws a `UsageError` when it was called wrongly, a `Failed` when it could not be done. */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** The caller's mistake: the sentence and where to find the usage go to standard error, the exit code is 2. */
export class UsageError extends Error {}

/** It could not be done, and not for the caller's way of calling: the sentence goes to standard error, the exit code is 1. */
export class Failed extends Error {}

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

export type Action = Command['run'];

/** A command whose first argument says what is to be done. */
export function oneOf(actions: Readonly<Record<string, Action>>): Action {
  return (args, terminal) => {
    const [name, ...rest] = args;
    const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageError(`One of ${Object.keys(actions).join(', ')} must be given.`);
    return action(rest, terminal);
  };
}

/** The arguments that are no options, each of which must be there. */
export function exactly<const Names extends readonly string[]>(
  positionals: readonly string[],
  ...names: Names
): { [K in Names[number]]: string } {
  if (positionals.length !== names.length)
    throw new UsageError(
      `${names.map((name) => `<${name}>`).join(' ')} must be given${names.length === 0 ? ', and nothing else' : ''}.`,
    );
  return Object.fromEntries(names.map((name, index) => [name, positionals[index]])) as { [K in Names[number]]: string };
}
