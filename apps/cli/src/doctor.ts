import { parseArgs } from 'node:util';
import { type Action, type Command, EXIT_FAILED, EXIT_OK, type Terminal, UsageError, exactly } from './command.js';
import { checkCertificates } from './doctor/certificates.js';
import { checkConfiguration } from './doctor/configuration.js';
import { checkDatabases } from './doctor/databases.js';
import { checkEdge } from './doctor/edge.js';
import type { Finding } from './doctor/finding.js';
import { checkKafka } from './doctor/kafka.js';
import { readInput } from './input.js';
import { writeJson } from './table.js';

/** Longer than the gateway's usual ping, twice. */
const IDLE_S = 150;
const IDLE_S_MAX = 3_600;
const MARK = { fine: '✓', warning: '!', problem: '✗' } as const;

const inside: Action = async (args, terminal) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
  exactly(positionals);
  const { environment } = terminal;
  const usesKafka = (environment['TRANSPORT'] ?? 'kafka') === 'kafka';
  const findings = [
    ...(await checkConfiguration(environment)),
    ...checkCertificates(environment),
    ...(await checkDatabases(terminal)),
    ...(usesKafka ? await checkKafka(environment) : []),
  ];
  return tell(findings, terminal, values.json);
};

const edge: Action = async (args, terminal) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      'ca-file': { type: 'string' },
      station: { type: 'string' },
      'password-file': { type: 'string' },
      idle: { type: 'string' },
    },
  });
  const url = URL.parse(exactly(positionals, 'url').url);
  if (!url || !/^wss?:$/.test(url.protocol)) throw new UsageError('<url> must be one of wss:// or ws://.');
  const idleS = Number(values.idle ?? IDLE_S);
  if (!Number.isInteger(idleS) || idleS < 1 || idleS > IDLE_S_MAX)
    throw new UsageError(`--idle is a whole number of seconds from 1 to ${IDLE_S_MAX}.`);
  const passwordFile = values['password-file'];
  if ((values.station === undefined) !== (passwordFile === undefined))
    throw new UsageError('--station and --password-file must be given together.');
  const password = passwordFile === undefined ? undefined : (await readInput(passwordFile, terminal)).trim();
  const options = { url, caFile: values['ca-file'], stationId: values.station, password, idleS };
  return tell(await checkEdge(options), terminal, values.json);
};

function tell(findings: readonly Finding[], terminal: Terminal, json = false): number {
  if (json) writeJson(findings, terminal);
  else
    for (const { state, check, says, todo } of findings) {
      terminal.out(`${MARK[state]} ${check}: ${says}\n`);
      if (todo !== undefined) terminal.out(`    ${todo}\n`);
    }
  return findings.some(({ state }) => state === 'problem') ? EXIT_FAILED : EXIT_OK;
}

export const doctor: Command = {
  summary: 'checks settings, databases, topics, clocks and certificates, and the edge from outside',
  usage: `usage: chargemesh doctor [--json]
       chargemesh doctor edge <url> [--ca-file <file>] [--station <id> --password-file <file>] [--idle <seconds>] [--json]

Without "edge", with the settings of a service (docs/configuration.md): whether they are complete and rightly spelled; of each
database that they name whether it is reached, by a role that sees only what it should, migrated, and how its clock goes; of
Kafka whether it is reached, and its topics are as declared; whether another installation uses the same log; when certificates
expire. (A broker does not say what time it is.)

edge looks from outside at where stations connect, wss://host/ocpp, as one that is some years old: TLS 1.2, the chain that the
server sends, without SNI, the cipher suites of OCPP, and whether the WebSocket comes through what is in between.

  --ca-file <file>         root certificates (PEM) that stations trust, beside those of Node
  --station <id>           connects as this station and says nothing, to find what cuts idle connections. It is one for
                           tests: the platform takes the newest connection of a station for the right one
  --password-file <file>   holds its password; "-" is standard input
  --idle <seconds>         how long it is watched; ${IDLE_S}, if absent

Each finding is a line, fine (✓), worth a look (!) or wrong (✗), with what to do about it.

exit codes: 0 nothing is wrong; 1 something is; 2 called wrongly`,
  run: (args, terminal) => (args[0] === 'edge' ? edge(args.slice(1), terminal) : inside(args, terminal)),
};
