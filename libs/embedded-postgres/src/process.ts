import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Which process of this machine: ids are given out again, so that an id alone proves nothing. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the words of its system. */
  readonly began: string;
}

const BOOT = '/proc/sys/kernel/random/boot_id';

/** Who has the id at this moment; undefined if nobody has. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const began = existsSync(BOOT) ? beganByProc(pid) : ps(pid, 'lstart=');
  return began ? { pid, began } : undefined;
}

/** Whether this very process still runs, and is another than ours. */
export function isRunning({ pid, began }: ProcessIdentity): boolean {
  const found = identityOf(pid);
  return found !== undefined && pid !== process.pid && found.began === began;
}

/** Program and arguments of a process; empty if there is none with the id. */
export function commandOf(pid: number): string[] {
  if (existsSync(BOOT)) return (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean);
  return ps(pid, 'command=').split(/\s+/).filter(Boolean);
}

/** Ticks since the boot count from each boot anew. */
function beganByProc(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The program's name stands in brackets and may hold blanks and brackets; the time is field 22 (proc(5)).
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  return fields[19] && !ended ? `${read(BOOT)?.trim()} ${fields[19]}` : undefined;
}

function ps(pid: number, column: string): string {
  return spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
