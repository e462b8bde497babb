export { ManualClock } from './clock.js';
export { type BulkLine, askBulk } from './bulk.js';
export { SERVICE_PASSWORD, createDatabase } from '@chargemesh/persistence/testing';
export { type TestDatabase, openTestDatabase, setUpService } from './database.js';
export { type Answer, INSTALLATION_API_KEY, type TestServices, startTestServices } from './services.js';
export { eventually, until } from '@chargemesh/waiting';
