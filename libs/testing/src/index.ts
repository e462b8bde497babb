export { ManualClock } from './clock.js';
export { type TestDatabase, createDatabase, openTestDatabase, serverUrl, setUpService } from './database.js';
