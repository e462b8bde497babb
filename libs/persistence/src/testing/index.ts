export {
  type CreatedDatabase,
  type TestDatabase,
  addSchema,
  createDatabase,
  migratedDatabase,
  testDatabase,
} from './database.js';
export { PASSWORD as SERVICE_PASSWORD, type Schema, asAdmin, serverUrl } from './server.js';
export { type Authority, type Certificate, createAuthority, joined } from './certificates.js';
export { type SchemaShape, narrowings, shapeOf } from './schema-shape.js';
export { type Fate, FaultyProxy } from './proxy.js';
export { type LossCase, SweptDatabase, lossCases } from './sweep.js';
