export { ManualClock } from './clock.js';
export { type TestDatabase, createDatabase, openTestDatabase, serverUrl, setUpService } from './database.js';
export { type Answer, INSTALLATION_API_KEY, type TestServices, startTestServices } from './services.js';
export { eventually, until } from '@chargemesh/waiting';
