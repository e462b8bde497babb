import type { Command } from './command.js';
import { operator } from './operator.js';
import { rate } from './rate.js';
import { verify } from './verify.js';

/** Every command of the tool: a command is a file and a row. */
export const commands: Readonly<Record<string, Command>> = { operator, rate, verify };
