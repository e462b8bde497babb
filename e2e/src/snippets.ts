import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** What people read: the pages at the root and all of docs. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export interface Snippet {
  /** Of the fence: `sh`, `python`, `json`, or nothing for what a command prints. */
  readonly language: string;
  readonly text: string;
}

export function textOf(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** The fenced blocks of a page, in order; one that stands in a list without the list's margin. */
export function snippetsOf(page: string, wanted?: string): Snippet[] {
  return [...textOf(page).matchAll(/^( *)```(\w*)\n(.*?)^ *```$/gms)]
    .map(([, margin = '', language = '', body = '']) => ({ language, text: withoutMargin(body, margin) }))
    .filter(({ language }) => wanted === undefined || language === wanted);
}

function withoutMargin(text: string, margin: string): string {
  return text.replace(new RegExp(`^${margin}`, 'gm'), '');
}

/** The shell's blocks of a page, but those that install or start what the test has started. */
export function shellOf(page: string): string[] {
  return snippetsOf(page, 'sh')
    .map(({ text }) => text.replace(/^(\w+=\S+ )*npm (install|start|test|run dev).*\n/gm, ''))
    .filter((text) => text.trim() !== '');
}

/** What stands between backquotes within a line. */
export function inlineOf(page: string): string[] {
  const prose = textOf(page).replace(/^( *)```(\w*)\n.*?^ *```$/gms, '');
  return [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));
}

/** Everything that a page shows as code: its inline code, and the lines of its blocks, continued ones put together. */
export function codeOf(page: string): string[] {
  const lines = snippetsOf(page).flatMap(({ text }) => text.replace(/\\\n\s*/g, '').split('\n'));
  return [...inlineOf(page), ...lines];
}
