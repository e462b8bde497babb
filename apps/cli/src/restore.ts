import { parseArgs } from 'node:util';
import { allTopics } from '@chargemesh/contracts';
import type { Group, Rewind } from '@chargemesh/messaging';
import { type Action, type Command, EXIT_FAILED, EXIT_OK, Failed, UsageError, oneOf } from './command.js';
import { kafkaOptions } from './kafka.js';
import { Platform, parsed, platformUsage } from './platform.js';
import { serviceNames } from './services.js';
import { writeRows } from './table.js';

const options = {
  to: { type: 'string' },
  group: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

export const restore: Command = {
  summary: 'has services read again what their databases have forgotten, or tell again what the log has lost',
  usage: `usage: chargemesh restore check --to <time> [--group <name> …] [--json]
       chargemesh restore rewind --to <time> [--group <name> …] [--json]
       chargemesh restore replay --since <time> [--json]

After databases were restored to an older moment, the log says that services have read what these know nothing of. With the
services stopped, rewind has every consumer group go back to what was produced since <time>. What was applied before is
dropped by the inbox, or by its version, so an earlier time only takes longer; one that is too late loses facts. A group is never
moved forward.

  --to <time>     RFC 3339: the moment to which the databases were restored, minus an hour, or minus how far consumers were
                  behind by then, if that was more
  --group <name>  only this one, <service>.<topic>; several times for several. All, if absent. Only their services are to be
                  stopped. docs/how-to-add-a-projection.md has what that is good for
  check           changes nothing, and says how many records each group would read again

Settings (docs/configuration.md): KAFKA_BROKERS and all others of Kafka. docs/operations/backup-and-restore.md has the whole way.

After Kafka was lost and the databases were not, with the services running on the new one, replay has told again how
everything is that others keep copies of (stations, tokens, tariffs, …), which sessions became final, and which CDRs were
issued. Readers drop what they know, so an earlier time only takes longer. docs/operations/disaster-recovery.md has the whole way.

  --since <time>      RFC 3339: the moment of the loss, minus an hour, or minus how far consumers were behind, if that was more
${platformUsage}
                      It is the installation's key, or one of an administrator for its operator alone.

exit codes: 0 done; 1 a service still runs, or Kafka or a service was not reached; 2 called wrongly`,

  run: oneOf({
    check: (args, terminal) => plan(args, terminal, false),
    rewind: (args, terminal) => plan(args, terminal, true),
    replay: (args, terminal) => replay(args, terminal),
  }),
};

/** What sessions and CDRs refer to, then CDRs: they are what partners and the ledger wait for. */
const TOLD_AGAIN = [
  ['device-management', 'states'],
  ['ocpi-gateway', 'states'],
  ['sessions', 'states'],
  ['tariffs', 'states'],
  ['tariffs', 'cdrs'],
  ['sessions', 'sessions'],
] as const;

/** Of a large platform it is many rows, in one transaction where they are of a moment; below what `fetch` waits by itself. */
const TOLD_WITHIN_MS = 290_000;

const replay: Action = async (args, terminal) => {
  const { values } = parsed(args, { since: { type: 'string' } });
  const since = momentOf('--since', values.since).toISOString();
  const platform = await Platform.of(values, terminal);
  const told: { what: string; replayed: unknown }[] = [];
  for (const [service, what] of TOLD_AGAIN) {
    const body = what === 'states' ? {} : { since };
    const replayed = await tellAgain(platform, service, `${what}/replays`, body);
    told.push({ what: what === 'states' ? `states of ${service}` : what, replayed });
  }
  writeRows(told, ['what', 'replayed'], terminal, values.json);
  return EXIT_OK;
};

/** A part by each request, until there are no more. */
async function tellAgain(platform: Platform, service: string, path: string, body: object): Promise<number> {
  let replayed = 0;
  let next: unknown;
  do {
    const query = next === undefined ? '' : `?${new URLSearchParams({ cursor: String(next) }).toString()}`;
    const answer = await platform.ask('POST', service, `${path}${query}`, body, TOLD_WITHIN_MS);
    replayed += Number(answer['replayed']);
    next = answer['next'];
  } while (next !== undefined);
  return replayed;
}

async function plan(args: string[], terminal: Parameters<Command['run']>[1], rewinds: boolean): Promise<number> {
  const { values } = parseArgs({ args, options });
  const since = momentOf('--to', values.to);
  const wanted = groupsOf(values.group);
  const [{ BrokerGroups, GroupInUse }, broker] = await Promise.all([
    import('@chargemesh/messaging'),
    kafkaOptions(terminal),
  ]);
  const failed = (error: Error): never => {
    throw new Failed(`Kafka cannot be reached at ${broker.brokers.join(', ')}: ${error.message}`);
  };
  const groups = await BrokerGroups.open(broker).catch(failed);
  try {
    const found = await groups.plan(wanted, since).catch(failed);
    writeRows(found.map(rowOf), ['group', 'records'], terminal, values.json);
    if (rewinds) await groups.rewind(found);
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof GroupInUse)) throw error;
    terminal.err(`${error.message}: stop the services first.\n`);
    return EXIT_FAILED;
  } finally {
    await groups.close();
  }
}

function momentOf(option: string, text: string | undefined): Date {
  const at = new Date(text ?? '');
  if (text === undefined || Number.isNaN(at.getTime()))
    throw new UsageError(`${option} must be given, a time of RFC 3339.`);
  return at;
}

/** Those that were named, or all. */
function groupsOf(names: readonly string[] | undefined): Group[] {
  const all = groupsOfServices();
  const unknown = names?.find((name) => all.every(({ group }) => group !== name));
  if (unknown !== undefined) throw new UsageError(`There is no group ${unknown}: it is <service>.<topic>.`);
  return names ? all.filter(({ group }) => names.includes(group)) : all;
}

/** Groups are named by service and topic (docs/adr/0001-transport-strategy.md); those that nobody has are not found. */
function groupsOfServices(): Group[] {
  return serviceNames.flatMap((service) => allTopics().map((topic) => ({ group: `${service}.${topic.name}`, topic })));
}

function rowOf({ group, records }: Rewind) {
  return { group, records: Number(records) };
}
