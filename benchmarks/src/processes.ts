import { readFileSync, readdirSync } from 'node:fs';

export const TICKS_PER_S = 100;

/** The fields of `/proc/<pid>/stat` behind the program's name; none if it has ended. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

const sumOf = (fields: readonly string[]): number => fields.reduce((sum, field) => sum + Number(field), 0);

/** CPU of one process, in clock ticks. */
export function ticksOfOne(pid: number): number {
  return sumOf(statOf(String(pid)).slice(11, 13));
}

/** CPU of these processes and of all below them, of those too that have ended; without those below `except`. */
export function ticksOf(roots: readonly number[], except?: number): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(pids.map((pid) => [Number(pid), statOf(pid)]));
  const isCounted = (pid: number): boolean =>
    pid !== except && (roots.includes(pid) || (stats.has(pid) && isCounted(Number(stats.get(pid)?.[1]))));
  return [...stats].reduce((sum, [pid, fields]) => sum + (isCounted(pid) ? sumOf(fields.slice(11, 15)) : 0), 0);
}
