import { TestEnvironment } from 'jest-environment-node';

let known = false;

/**
 * Node, with one thing more: a worker that has nothing open any more ends at once. Otherwise Node takes its memory apart
 * first, which on a busy machine takes longer than the 500 ms after which Jest ends a worker by force and blames the tests.
 */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    if (known) return;
    known = true;
    process.once('beforeExit', () => process.exit());
  }
}
