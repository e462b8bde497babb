export { CommandLog } from './command-log.js';
export { type ResultTable, type Settled, finish } from './results.js';
export { type Asked, asked, commandEvent } from './asked.js';
export { type CommandStatus, Outcome, outcomeOf } from './outcome.js';
