export { stopLeftover } from './leftover.js';
export { freePort, isPortTaken } from './port.js';
export { type ProcessIdentity, identityOf, isRunning } from './process.js';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './server.js';
