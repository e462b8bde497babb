import { readFileSync, readdirSync } from 'node:fs';

/** A process of this machine, as Linux tells it. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All that runs with a word in its environment or on its command line: what a command has begun, however far below. */
export function processesWith(...words: readonly string[]): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        return [read(Number(name), words)].flatMap((found) => found ?? []);
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** The ids of processes that have ended and that their parent has not asked about. */
export function zombiesOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const { state, parent: of } = statOf(pid);
        return state === 'Z' && of === parent;
      } catch {
        return false;
      }
    });
}

function read(pid: number, words: readonly string[]): Process | undefined {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  const { state, parent } = statOf(pid);
  if (state === 'Z' || command === '') return undefined;
  const known = `${command}\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`;
  return words.some((word) => known.includes(word)) ? { pid, parent, command } : undefined;
}

function statOf(pid: number): { state: string; parent: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent) };
}
