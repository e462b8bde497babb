/** What a command may touch: three streams, so that a test needs no process. */
export interface Terminal {
  stdin: AsyncIterable<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
}

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** The command as it is typed, what its arguments mean, and its exit codes. */
  usage: string;
  /** Returns the exit code; throws a `UsageError` when it was called wrongly. */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** The caller's mistake: the sentence and where to find the usage go to standard error, the exit code is 2. */
export class UsageError extends Error {}

export const EXIT_OK = 0;
export const EXIT_USAGE = 2;
