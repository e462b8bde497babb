import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { choice, flag, integer, list, optional, readSettings, secret, string } from './index.js';

const shape = { PASSWORD: secret, COUNT: integer(3, { min: 1, max: 9 }), NAME: string() };

describe('settings', () => {
  it('are read as their kinds have it, and an empty one is absent', () => {
    const kinds = {
      ...shape,
      MODE: choice('a', 'b'),
      ON: flag(false),
      OF: list,
      BOUND: optional(integer(1, { min: 1, max: 2 })),
    };
    expect(readSettings(kinds, { COUNT: '', MODE: 'b', ON: 'true', OF: 'x, y,' })).toEqual({
      PASSWORD: undefined,
      COUNT: 3,
      NAME: undefined,
      MODE: 'b',
      ON: true,
      OF: ['x', 'y'],
      BOUND: undefined,
    });
  });

  it('say what they take and what holds without them', () => {
    const { about } = choice('a', 'b').means('Which one.');
    expect(about).toEqual({ takes: '`a`, `b`', fallback: 'a', meaning: 'Which one.' });
  });
});

describe('secret settings from files', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chargemesh-settings-'));
    file = join(folder, 'password');
    writeFileSync(file, 'of-a-file\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are what the file holds, without the line break at its end', () => {
    expect(readSettings(shape, { PASSWORD_FILE: file }).PASSWORD).toBe('of-a-file');
  });

  it('may not be given twice', () => {
    expect(() => readSettings(shape, { PASSWORD: 'x', PASSWORD_FILE: file })).toThrow(
      'PASSWORD and PASSWORD_FILE must not both be set',
    );
  });

  it('name the file that cannot be read, and one that is too large', () => {
    expect(() => readSettings(shape, { PASSWORD_FILE: '/no/such/file' })).toThrow(/PASSWORD .*\/no\/such\/file/);
    writeFileSync(join(folder, 'large'), 'x'.repeat(65_537));
    expect(() => readSettings(shape, { PASSWORD_FILE: join(folder, 'large') })).toThrow(/65536 bytes/);
  });

  it('are for secrets only', () => {
    expect(readSettings(shape, { NAME_FILE: file }).NAME).toBeUndefined();
  });
});
