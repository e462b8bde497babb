import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Circumstances, type Session, compileTariff, rate } from './index.js';

const folder = new URL('../golden/', import.meta.url);

function read<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(new URL(`${name}/${file}.json`, folder), 'utf8')) as T;
}

describe('golden cases', () => {
  it.each(readdirSync(folder))('%s', (name) => {
    const tariff = read(name, 'tariff');
    const { circumstances, session } = read<{ circumstances: Circumstances; session: Session }>(name, 'session');
    expect(rate(compileTariff(tariff, circumstances), session)).toMatchObject(read<object>(name, 'expected'));
  });

  it.each(readdirSync(folder))('%s says why', (name) => {
    expect(readFileSync(new URL(`${name}/why.md`, folder), 'utf8').length).toBeGreaterThan(20);
  });
});
