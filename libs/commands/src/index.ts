export { CommandLog } from './command-log.js';
export { type ResultTable, type ResolvedCommand, recordResults } from './results.js';
export { type CommandRequest, commandEvent, idAndDeadline } from './command-request.js';
export { type CommandStatus, Outcome, outcomeOf } from './outcome.js';
