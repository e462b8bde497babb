import { fileSettingOf } from './read.js';
import type { AboutSetting, Shape } from './setting.js';

/** Settings that belong together on the page of settings. */
export interface SettingsSection {
  readonly title: string;
  /** Who reads them, in a sentence. */
  readonly readBy: string;
  readonly settings: Shape;
}

/** The page of settings, in Markdown, from the same declarations that read them. */
export function settingsPage(sections: readonly SettingsSection[]): string {
  const parts = sections.map(
    ({ title, readBy, settings }) => `## ${title}\n\n${readBy}\n\n${tableOf(Object.entries(settings))}\n`,
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `# Settings

This page is made from the declarations that read the settings (\`npm run pages\`); a test compares them.

Settings are environment variables. All are checked at the start; everything that is wrong is named at once. An empty one counts
as absent. One that is **secret** is hidden in logs, and may be read from a file instead, as Docker and Kubernetes mount secrets:
\`SECRET_KEY_FILE=/run/secrets/key\` in the place of \`SECRET_KEY\`; both at once are an error. A variable that is nearly a setting
and is none is named by a warning at the start.
`;

function tableOf(settings: [string, Shape[string]][]): string {
  const rows = settings.map(([name, { about }]) => [
    `\`${name}\`${about.secret ? `, \`${fileSettingOf(name)}\`` : ''}`,
    about.meaning ?? '',
    about.takes,
    defaultOf(about),
    about.secret ? 'yes' : '',
  ]);
  const lines = [['setting', 'meaning', 'takes', 'default', 'secret'], Array<string>(5).fill('---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function defaultOf({ required, fallback }: AboutSetting): string {
  if (required) return '**must be set**';
  return fallback === undefined ? '' : `\`${fallback}\``;
}
