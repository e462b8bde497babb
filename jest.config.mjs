/**
 * Three tiers, told apart by the file's name, each starting only what its tests need:
 * `x.spec.ts` nothing, `x.db.spec.ts` a real PostgreSQL, `x.kafka.spec.ts` PostgreSQL and a real Kafka broker.
 */
const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { swcrc: false, ...swc() }],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/.nx', '<rootDir>/.cache', '/dist/'],
};

function swc() {
  return {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  };
}

export default {
  testTimeout: 30_000,
  maxWorkers: 2,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.(db|kafka)\\.spec\\.ts$'],
    },
    {
      ...base,
      displayName: 'postgres',
      testMatch: ['**/*.db.spec.ts'],
      globalSetup: '<rootDir>/tools/test/postgres.setup.mjs',
      globalTeardown: '<rootDir>/tools/test/stop.mjs',
    },
    {
      ...base,
      displayName: 'kafka',
      testMatch: ['**/*.kafka.spec.ts'],
      globalSetup: '<rootDir>/tools/test/kafka.setup.mjs',
      globalTeardown: '<rootDir>/tools/test/stop.mjs',
    },
  ],
};
