import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Who may import whom: apps import libs only, libs point downwards only. */
const borders = [
  { sourceTag: 'layer:base', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:domain', onlyDependOnLibsWithTags: ['layer:base'] },
  { sourceTag: 'layer:platform', onlyDependOnLibsWithTags: ['layer:base', 'layer:platform'] },
  { sourceTag: 'layer:service', onlyDependOnLibsWithTags: ['layer:base', 'layer:platform', 'layer:service'] },
  { sourceTag: 'scope:composition', onlyDependOnLibsWithTags: ['type:lib', 'type:app'] },
  { sourceTag: 'scope:service', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'scope:command-line', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:lib', 'type:app'] },
];

/** Within tariffs: billing and price information know the price list, which knows neither of them, and not each other. */
const walls = {
  'price-list': ['billing', 'price-information'],
  billing: ['price-information'],
  'price-information': ['billing'],
  projections: ['price-list', 'billing', 'price-information'],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.cache/**', '.chargemesh/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  prettier,
  {
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: borders, enforceBuildableLibDependency: false, allow: [] },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'kafkajs', message: 'kafkajs is hidden behind libs/messaging (docs/adr).' },
            { name: 'pg', message: 'Connections are made in one way, in libs/persistence (docs/adr/0001).' },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Configuration is read once, in libs/service.' },
        { object: 'Date', property: 'now', message: 'Time comes from the injected clock.' },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 15],
    },
  },
  {
    // One program of types for the whole tree: a project service would hold one per package, which takes more than 4 GB.
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      // `void work()` says that the work itself sees to its failures: an error that nobody catches ends the process.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // A `default` is a decision about what is not named; without one, what is added later must be named.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
    },
  },
  {
    // What stations, partners and callers write must not cost more than its length.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  ...Object.entries(walls).map(([module, others]) => ({
    files: [`apps/tariffs/src/${module}/**/*.ts`],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: others.map((other) => `**/${other}/**`),
              message: 'The modules of tariffs have walls (docs/architecture.md).',
            },
          ],
        },
      ],
    },
  })),
  {
    // Nest injects by class, so a type-only import would erase what the container needs.
    files: ['**/*.module.ts', '**/*.controller.ts', '**/*.handler.ts', '**/*.service.ts', '**/*.store.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**', 'tools/**', 'e2e/**', 'benchmarks/**', 'helm/test/**'],
    rules: {
      'no-restricted-properties': 'off',
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Data: tables, the members of a session, the messages of a version.
    files: [
      '**/migrations/**',
      '**/*.migration.ts',
      'apps/sessions/src/transactions/session.ts',
      'apps/station-simulator/src/dialect16.ts',
    ],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: [
      'libs/messaging/src/kafka/**',
      'libs/messaging/src/testing/access.ts',
      'libs/messaging/src/testing/kafka.ts',
      'libs/persistence/src/connection.ts',
      'benchmarks/**',
    ],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['apps/all-in-one/home/*.js', 'apps/payments/pages/*.js'],
    languageOptions: {
      globals: {
        ...{ document: 'readonly', location: 'readonly', EventSource: 'readonly', DOMParser: 'readonly' },
        ...{ requestAnimationFrame: 'readonly', setTimeout: 'readonly' },
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
      },
    },
    rules: { 'no-restricted-properties': 'off' },
  },
);
