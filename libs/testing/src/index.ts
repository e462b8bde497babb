export { ManualClock } from './clock.js';
export { createDatabase } from '@chargemesh/persistence/testing';
export { type TestDatabase, openTestDatabase, setUpService } from './database.js';
export { type Answer, INSTALLATION_API_KEY, type TestServices, startTestServices } from './services.js';
export { eventually, until } from '@chargemesh/waiting';
