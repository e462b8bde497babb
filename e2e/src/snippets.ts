import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Snippet {
  /** Of the fence: `sh`, `python`, `json`, or nothing for what a command prints. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', body = '']) => ({
    language,
    text: body,
  }));
}

/** The shell's blocks of a page, but those that install or start what the test has started. */
export function shellOf(page: string): string[] {
  return snippetsOf(page)
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text.replace(/^npm (install|start|test|run dev).*\n/gm, ''))
    .filter((text) => text.trim() !== '');
}
