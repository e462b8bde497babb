/**
 * Three tiers, told apart by the file's name, each starting only what its tests need:
 * `x.spec.ts` nothing, `x.db.spec.ts` a real PostgreSQL, `x.kafka.spec.ts` PostgreSQL and a real Kafka broker.
 * `x.full.spec.ts`, `x.db.full.spec.ts` and `x.kafka.full.spec.ts` are the same tiers, but take long: `npm run test:full`
 * runs them and `npm test` the others; a file or package that is named runs whatever it is.
 */
const left =
  { fast: ['\\.full\\.spec\\.ts$'], full: ['(?<!\\.full)\\.spec\\.ts$'] }[process.env.CHARGEMESH_TESTS] ?? [];

const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { swcrc: false, ...swc() }],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@chargemesh/source', 'node', 'node-addons'] },
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
  // A ceiling for what will never end: a busy machine may take long.
  testTimeout: 120_000,
  maxWorkers: 2,
  // A worker with nothing open ends at once, but on a busy machine not within the 500 ms after which Jest blames the tests.
  workerGracefulExitTimeout: 15_000,
  // Modules of a test file stay in its worker's memory: after hundreds of files one ran out of its 4 GB.
  workerIdleMemoryLimit: '1500MB',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.(db|kafka)(\\.full)?\\.spec\\.ts$', ...left],
    },
    {
      ...base,
      displayName: 'postgres',
      testMatch: ['**/*.db{,.full}.spec.ts'],
      testPathIgnorePatterns: left,
      globalSetup: '<rootDir>/tools/test/postgres.setup.mjs',
      globalTeardown: '<rootDir>/tools/test/stop.mjs',
    },
    {
      ...base,
      displayName: 'kafka',
      testMatch: ['**/*.kafka{,.full}.spec.ts'],
      testPathIgnorePatterns: left,
      globalSetup: '<rootDir>/tools/test/kafka.setup.mjs',
      globalTeardown: '<rootDir>/tools/test/stop.mjs',
    },
  ],
};
