import { environment } from '@chargemesh/service/settings';
import { commands } from './commands.js';
import { run } from './run.js';

/** A defect of the tool itself, as BSD's sysexits calls it: never to be taken for a command's answer. */
const EXIT_SOFTWARE = 70;

const terminal = {
  stdin: process.stdin,
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  environment: environment(),
};

process.exitCode = await run(process.argv.slice(2), terminal, commands).catch((error: unknown) => {
  console.error(error);
  return EXIT_SOFTWARE;
});
