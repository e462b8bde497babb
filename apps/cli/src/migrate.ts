import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Command, EXIT_FAILED, EXIT_OK, type Terminal, UsageError } from './command.js';
import { knownService, serviceNames } from './services.js';

/** Each service knows its own migrations: its program runs them (docs/adr/0018-command-line.md). */
export function programOf(service: string): string {
  return fileURLToPath(new URL(`../../${service}/dist/main.js`, import.meta.url));
}

/** Runs a service's program to its end; what it says goes to where ours goes. */
export async function runService(
  service: string,
  args: readonly string[],
  { environment, out, err }: Pick<Terminal, 'environment' | 'out' | 'err'>,
): Promise<number> {
  const child = spawn(process.execPath, [programOf(service), ...args], {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => out(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err(chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? EXIT_FAILED;
}

export const migrate: Command = {
  summary: 'brings the schemas of services up to date, and says with --check which are not',
  usage: `usage: chargemesh migrate [--check] [<service> …]

  <service>   ${serviceNames.join(', ')}; all six, if none is named
  --check     changes nothing: says which schemas lack migrations

Settings (docs/configuration.md): ADMIN_DATABASE_URL, a role that may create roles and schemas (not for --check), and of each
service <SERVICE>_DATABASE_URL, as SESSIONS_DATABASE_URL; DATABASE_URL will do when one service is named. Roles get the
passwords of those URLs; a login that stands in for a role, as chargemesh_sessions_b, is made if it is not there. It waits for PostgreSQL, and any number of these may run at the same time.

exit codes: 0 all are up to date; 1 some are not; 2 called wrongly`,

  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { check: { type: 'boolean' } },
    });
    const services = positionals.length > 0 ? positionals.map(knownService) : serviceNames;
    const lost = services.filter((service) => !existsSync(programOf(service)));
    if (lost.length > 0) throw new UsageError(`${lost.join(', ')} is not built here: npm run build comes first.`);
    // A URL without a service's name would give the same role to all of them.
    const single = services.length === 1 ? {} : { DATABASE_URL: undefined, DATABASE_URL_FILE: undefined };
    const environment = { ...terminal.environment, ...single };
    const failed: string[] = [];
    // One after the other: roles belong to the whole server, and concurrent changes of them collide.
    for (const service of services) {
      const code = await runService(service, values.check ? ['migrate', '--check'] : ['migrate'], {
        ...terminal,
        environment,
      });
      if (code === EXIT_OK) terminal.out(`${service}: up to date\n`);
      else failed.push(service);
    }
    if (failed.length > 0) terminal.err(`Not up to date: ${failed.join(', ')}.\n`);
    return failed.length > 0 ? EXIT_FAILED : EXIT_OK;
  },
};
