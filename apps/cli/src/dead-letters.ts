import { type Action, type Command, EXIT_FAILED, EXIT_OK, Failed, UsageError, exactly, oneOf } from './command.js';
import { type Item, Platform, parsed, platformUsage } from './platform.js';
import { knownService, serviceNames } from './services.js';
import { writeJson, writeRows } from './table.js';

const COLUMNS = ['service', 'id', 'consumer', 'eventType', 'parkingKey', 'parkedAt', 'reason'];

const list: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {
    service: { type: 'string' },
    consumer: { type: 'string' },
    discarded: { type: 'boolean' },
  });
  exactly(positionals);
  const services = values.service === undefined ? serviceNames : [knownService(values.service)];
  const platform = await Platform.of(values, terminal);
  const query = { consumer: values.consumer, discarded: values.discarded ? 'true' : undefined };
  const letters: Item[] = [];
  const unknown: string[] = [];
  for (const service of services) {
    try {
      const some = await platform.list(service, 'dead-letters', query);
      letters.push(...some.map((letter) => ({ service, ...letter })));
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      unknown.push(error.message);
    }
  }
  writeRows(letters, COLUMNS, terminal, values.json);
  for (const reason of unknown) terminal.err(`${reason}\n`);
  return unknown.length > 0 ? EXIT_FAILED : EXIT_OK;
};

const show: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {});
  const { service, id } = exactly(positionals, 'service', 'id');
  const platform = await Platform.of(values, terminal);
  writeJson(await platform.ask('GET', knownService(service), letterPath(id)), terminal);
  return EXIT_OK;
};

const replay: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, { all: { type: 'boolean' } });
  const [service = '', id, ...more] = positionals;
  if ((id === undefined) !== (values.all === true) || more.length > 0)
    throw new UsageError('<service> and <id> must be given, or <service> and --all.');
  const platform = await Platform.of(values, terminal);
  const letters =
    id === undefined
      ? await platform.list(knownService(service), 'dead-letters')
      : [await platform.ask('GET', knownService(service), letterPath(id))];
  const keys = new Map(
    letters.map(({ consumer, parkingKey }) => [JSON.stringify([consumer, parkingKey]), { consumer, parkingKey }]),
  );
  const results: Item[] = [];
  for (const key of keys.values())
    results.push({ ...key, ...(await platform.ask('POST', service, 'dead-letters/replays', key)) });
  writeRows(results, ['consumer', 'parkingKey', 'replayed', 'reason'], terminal, values.json);
  return results.some(({ reason }) => reason !== null) ? EXIT_FAILED : EXIT_OK;
};

const discard: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, { reason: { type: 'string' } });
  const { service, id } = exactly(positionals, 'service', 'id');
  if (!values.reason?.trim()) throw new UsageError('--reason must be given: it is kept with the letter.');
  const platform = await Platform.of(values, terminal);
  const path = `${letterPath(id)}/discard`;
  writeJson(await platform.ask('POST', knownService(service), path, { reason: values.reason }), terminal);
  return EXIT_OK;
};

function letterPath(id: string): string {
  if (!/^\d{1,18}$/.test(id)) throw new UsageError(`${id} is no id of a letter: it is a number.`);
  return `dead-letters/${id}`;
}

export const deadLetters: Command = {
  summary: 'lists, shows, replays and discards events that a service could not apply',
  usage: `usage: chargemesh dead-letters list [--service <service>] [--consumer <name>] [--discarded] [--json]
       chargemesh dead-letters show <service> <id>
       chargemesh dead-letters replay <service> (<id> | --all) [--json]
       chargemesh dead-letters discard <service> <id> --reason <text>

  list      of one service, or of all six; --discarded shows those that were given up
  show      one of them with its data, as JSON
  replay    applies what is parked under the letter's key, in order, up to the first that fails again; with --all of every
            key of the service
  discard   gives one up, for a reason that is kept with it, and applies what waited behind it

${platformUsage}
                      The installation's key reaches all operators' letters, an administrator's key those of its operator.

Everything that is changed stands in the audit trail of the service.

exit codes: 0 done; 1 refused, not reached, or a letter failed again; 2 called wrongly`,
  run: oneOf({ list, show, replay, discard }),
};
