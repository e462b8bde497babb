export type { Terminal } from './command.js';
export { commands } from './commands.js';
export { commandLinePage } from './page.js';
export { commandLineSettings } from './settings.js';
export { run } from './run.js';
