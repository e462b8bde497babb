export { freePort, isPortTaken } from './port.js';
export { type PostgresOptions, type RunningPostgres, isRunning, startPostgres } from './server.js';
