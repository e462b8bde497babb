import { de } from './de.js';
import { en } from './en.js';
import type { HelpdeskWords } from './helpdesk-words.js';

export const HELPDESK_WORDS = { en, de } as const satisfies Record<string, HelpdeskWords>;
export type HelpdeskLanguage = keyof typeof HELPDESK_WORDS;
