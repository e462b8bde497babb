import { describe, expect, it } from '@jest/globals';
import { readOptions } from './options.js';

const none = { demo: true, simulation: true };

describe('the options of npm start', () => {
  it.each([
    ['nothing', [], {}, none],
    ['--reset', ['--reset'], {}, { ...none, reset: true }],
    ['--no-simulation', ['--no-simulation'], {}, { ...none, simulation: false }],
    ['--no-demo', ['--no-demo'], {}, { ...none, demo: false }],
    ['--reset without --', [], { npm_config_reset: 'true' }, { ...none, reset: true }],
    ['--no-simulation without --', [], { npm_config_simulation: '' }, { ...none, simulation: false }],
    ['--no-demo without --', [], { npm_config_demo: '' }, { ...none, demo: false }],
    ['--reset both ways', ['--reset'], { npm_config_reset: 'true' }, { ...none, reset: true }],
    ['what npm sets by itself', [], { npm_config_reset: '', npm_config_cache: '/x' }, none],
  ])('are understood: %s', (_, args, environment, expected) => {
    expect(readOptions(args, environment)).toEqual(expected);
  });
});
