import { Command } from 'commander';
import type { Environment } from '@chargemesh/service';

export interface Options {
  /** Whether what earlier runs have left is forgotten. */
  readonly reset?: boolean;
  readonly demo: boolean;
  readonly simulation: boolean;
}

/**
 * The options of `npm start`. Without `--` before them npm takes them for its own and hands them on in the environment
 * (`npm_config_reset=true`, and an empty value for `--no-…`); they are as good there.
 */
export function readOptions(args: readonly string[], environment: Environment): Options {
  const kept = { reset: 'true', demo: '', simulation: '' };
  const ofNpm = Object.entries(kept)
    .filter(([name, value]) => environment[`npm_config_${name}`] === value)
    .map(([name]) => (name === 'reset' ? '--reset' : `--no-${name}`));
  return new Command('chargemesh')
    .description('Runs the whole platform in one process, with demo data and simulated stations.')
    .option('--reset', 'forget all data of earlier runs first')
    .option('--no-demo', 'seed nothing and let nobody charge: for an operator of your own')
    .option('--no-simulation', 'do not let simulated stations charge')
    .parse([...args, ...ofNpm], { from: 'user' })
    .opts<Options>();
}
