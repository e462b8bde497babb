import { type Action, type Command, EXIT_OK, UsageError, exactly, oneOf } from './command.js';
import { readInput } from './input.js';
import { Platform, parsed, platformUsage } from './platform.js';
import { writeJson, writeRows } from './table.js';

const SERVICE = 'ocpp-gateway';
const COLUMNS = ['id', 'stationId', 'ocppVersion', 'action', 'status', 'times', 'receivedAt', 'reason'];
const STATUSES = ['open', 'matched', 'replayed', 'discarded'];

const list: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, { station: { type: 'string' }, status: { type: 'string' } });
  exactly(positionals);
  if (values.status !== undefined && !STATUSES.includes(values.status))
    throw new UsageError(`--status is one of ${STATUSES.join(', ')}.`);
  const platform = await Platform.of(values, terminal);
  const query = { stationId: values.station, status: values.status };
  writeRows(await platform.list(SERVICE, 'quarantine', query), COLUMNS, terminal, values.json);
  return EXIT_OK;
};

const show: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, {});
  const { id } = exactly(positionals, 'id');
  const platform = await Platform.of(values, terminal);
  writeJson(await platform.ask('GET', SERVICE, pathOf(id)), terminal);
  return EXIT_OK;
};

const replay: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, { payload: { type: 'string' } });
  const { id } = exactly(positionals, 'id');
  const payload = values.payload === undefined ? undefined : await payloadIn(values.payload, terminal);
  const platform = await Platform.of(values, terminal);
  writeJson(await platform.ask('POST', SERVICE, `${pathOf(id)}/replays`, { payload }), terminal);
  return EXIT_OK;
};

const discard: Action = async (args, terminal) => {
  const { values, positionals } = parsed(args, { note: { type: 'string' } });
  const { id } = exactly(positionals, 'id');
  const platform = await Platform.of(values, terminal);
  writeJson(await platform.ask('POST', SERVICE, `${pathOf(id)}/discards`, { note: values.note }), terminal);
  return EXIT_OK;
};

function pathOf(id: string): string {
  return `quarantine/${encodeURIComponent(id)}`;
}

async function payloadIn(file: string, terminal: Parameters<Action>[1]): Promise<unknown> {
  try {
    return JSON.parse(await readInput(file, terminal));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file} is no JSON: ${error.message}`);
    throw error;
  }
}

export const quarantine: Command = {
  summary: 'lists, shows, replays and discards messages of stations that nobody could read',
  usage: `usage: chargemesh quarantine list [--station <id>] [--status open|matched|replayed|discarded] [--json]
       chargemesh quarantine show <id>
       chargemesh quarantine replay <id> [--payload <file>]
       chargemesh quarantine discard <id> [--note <text>]

  list      the messages, newest first
  show      one of them as the station sent it, as JSON
  replay    takes it in as if it had come so; --payload names a file with what the station meant, as an OCPP payload (JSON)
  discard   notes that nothing can be made of it

${platformUsage}
                      It is the key of an operator: messages of stations are the operator's business.

exit codes: 0 done; 1 refused, or not reached; 2 called wrongly`,
  run: oneOf({ list, show, replay, discard }),
};
