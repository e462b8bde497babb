#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ledgerLines } from './ledger.js';
import type { StationSpec } from './options.js';
import { simulate } from './simulate.js';

const number = (text: string) => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
};
const share = (text: string) => {
  if (number(text) > 1) throw new InvalidArgumentError('It must be a share between 0 and 1.');
  return Number(text);
};

interface Arguments {
  url: string;
  stations: number;
  version: StationSpec['ocppVersion'];
  prefix: string;
  password?: string;
  stationsFile?: string;
  sessions: number;
  token: string[];
  seed: number;
  timeScale?: number;
  drop: number;
  duplicate: number;
  reorder: number;
  offline: number;
  deadline: number;
  ledger?: string;
  allowRemote?: boolean;
  verbose?: boolean;
}

const program = new Command('chargemesh-simulate')
  .description('Simulates charging stations against an OCPP platform.')
  .requiredOption('--url <url>', 'where stations connect, e.g. ws://127.0.0.1:8080/ocpp')
  .requiredOption('--token <token...>', 'the tokens drivers charge with')
  .option('--stations <count>', 'how many stations', number, 1)
  .addOption(new Option('--version <version>', 'their OCPP version').choices(['1.6', '2.0.1', '2.1']).default('2.0.1'))
  .option('--prefix <text>', 'station ids are this and a number', 'SIM-')
  .option('--password <text>', 'the password of all stations')
  .option(
    '--stations-file <file>',
    'JSON list of {id, ocppVersion, password} instead, or an object with such "stations"',
  )
  .option('--sessions <count>', 'sessions of all stations together', number, 1)
  .option('--seed <number>', 'the same seed gives the same sessions and faults', number, 1)
  .option(
    '--time-scale <factor>',
    'virtual seconds per second, in the past; left out: as fast as the platform answers',
    number,
  )
  .option('--drop <share>', 'share of messages whose socket is cut before the answer', share, 0)
  .option('--duplicate <share>', 'share of messages sent twice', share, 0)
  .option('--offline <share>', 'share of sessions that are partly offline', share, 0)
  .option('--reorder <share>', 'share of offline spells replayed out of order (2.x)', share, 0)
  .option('--deadline <seconds>', 'when to give up', number, 600)
  .option('--ledger <file>', 'where to write what was sent and acknowledged, as JSON lines')
  .option('--allow-remote', 'allow other machines than this one')
  .option('--verbose', 'say what each station does');

async function stationsOf({ stationsFile, stations, prefix, version, password }: Arguments): Promise<StationSpec[]> {
  if (stationsFile === undefined) {
    const ids = Array.from({ length: stations }, (_, index) => `${prefix}${String(index + 1).padStart(4, '0')}`);
    return ids.map((id) => ({ id, ocppVersion: version, password }));
  }
  const content = JSON.parse(await readFile(stationsFile, 'utf8')) as StationSpec[] | { stations: StationSpec[] };
  return Array.isArray(content) ? content : content.stations;
}

async function main(): Promise<void> {
  const args = program.parse().opts<Arguments>();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const ledger = await simulate({
    url: args.url,
    stations: await stationsOf(args),
    idTokens: args.token,
    clock: { now: () => new Date() },
    sessions: args.sessions,
    seed: args.seed,
    timeScale: args.timeScale || undefined,
    faults: { drop: args.drop, duplicate: args.duplicate, offline: args.offline, reorder: args.reorder },
    deadlineMs: args.deadline * 1_000,
    allowRemote: args.allowRemote,
    log: args.verbose ? say : undefined,
  });
  if (args.ledger !== undefined) await writeFile(args.ledger, ledgerLines(ledger));
  const acknowledged = ledger.sessions.filter((session) => session.acknowledged).length;
  say(`${acknowledged} of ${ledger.sessions.length} sessions acknowledged. ${JSON.stringify(ledger.counts)}`);
  if (!ledger.complete) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
