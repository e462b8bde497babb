/**
 * Programs that a command of the project runs, and their end: whichever process is told to end (by Ctrl-C, SIGTERM or
 * SIGHUP, or by the end of the npm that began it), everything below it ends, in time and in order.
 */
import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setInterval } from 'node:timers';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const ABOVE_LOOKED_AT_EVERY_MS = 1_000;
const SHELLS_MAX = 3;
/** Of the signals that wait for a process, those that would end it. */
const ENDING = Object.values(SIGNALS).reduce((bits, number) => bits | (1 << (number - 1)), 0);
const windows = process.platform === 'win32';

/** Exit code by which an interruption ends this process; undefined as long as there was none. */
let interrupted;
let endWhatRuns = endNow;

/** To be called first: from here on, signals end what `run` runs, or what this process has begun otherwise. */
export function handleInterruptions() {
  for (const [signal, number] of Object.entries(SIGNALS)) process.on(signal, () => interrupt(128 + number));
  // npm hands on some signals and dies of others, and its shell hands on none.
  if (!process.env.npm_lifecycle_event || windows) return;
  const above = aboveUpToNpm();
  const isAlone = () => above.some(([pid, parent]) => parentOf(pid) !== parent);
  const isToldToEnd = endsContainer(above) ? hold(above.slice(1).map(([pid]) => pid)) : () => false;
  setInterval(() => (isAlone() || isToldToEnd()) && interrupt(128 + SIGNALS.SIGTERM), ABOVE_LOOKED_AT_EVERY_MS).unref();
}

/** Whether npm is the first process of a container, or its init's only one: with it, all others are killed at once. */
function endsContainer(above) {
  const [, npm] = above.at(-1);
  return existsSync('/proc/self/status') && (npm === 1 || parentOf(npm) === 1);
}

/**
 * Stops shells until this process ends. npm hands SIGTERM to its shell only and ends with it; a stopped one keeps the
 * signal for later, and shows it to us.
 */
function hold(shells) {
  for (const pid of shells) process.kill(pid, 'SIGSTOP');
  process.on('exit', () => shells.forEach((pid) => sendTo(pid, 'SIGCONT')));
  return () => shells.some((pid) => (pendingOf(pid) & ENDING) !== 0);
}

/** The signals that wait for a stopped process, a bit for each. */
function pendingOf(pid) {
  try {
    return Number.parseInt(
      /^ShdPnd:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1].slice(-8),
      16,
    );
  } catch {
    return 0;
  }
}

/** This process and the shells between it and the npm that runs it, each with its parent. */
function aboveUpToNpm() {
  const above = [];
  for (let pid = process.pid; above.length < SHELLS_MAX; pid = above.at(-1)[1]) {
    const parent = parentOf(pid);
    above.push([pid, parent]);
    if (/\bnpm\b/.test(commandOf(parent))) return above;
  }
  return above.slice(0, 1);
}

function interrupt(code) {
  if (interrupted !== undefined) return;
  interrupted = code;
  endWhatRuns();
}

function endNow() {
  killBelow(process.pid);
  process.exit(interrupted);
}

/**
 * Runs a program to its end; it is in a process group of its own, so that a signal reaches it once and through us.
 * @param options.orderlyWithinMs how long it may take to end after SIGTERM, before it is killed with all below it; 0 if it
 *   can be killed at once, and then this process ends with it
 * @param options.captured whether what it prints is kept instead of shown
 */
export function run(command, args, { cwd, env, orderlyWithinMs = 0, captured = false }) {
  const child = spawn(command, args, {
    cwd,
    env,
    detached: !windows,
    shell: windows && captured,
    // Who is not captured sees by its channel when this process is gone.
    stdio: captured ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  endWhatRuns = () => {
    if (orderlyWithinMs > 0) {
      child.kill('SIGTERM');
      setTimeout(() => kill(child), orderlyWithinMs).unref();
    } else kill(child);
  };
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      endWhatRuns = endNow;
      if (interrupted !== undefined && orderlyWithinMs === 0) endNow();
    });
    child.once(captured ? 'close' : 'exit', (code) => {
      resolve({ code: code ?? interrupted ?? 1, output: Buffer.concat(output).toString() });
    });
  });
}

function kill(child) {
  killBelow(child.pid);
  child.kill('SIGKILL');
}

/** Kills what a process has begun, and what that has begun. */
function killBelow(pid) {
  if (windows) return void spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
  const children = new Map();
  for (const [id, parent] of processes()) children.set(parent, [...(children.get(parent) ?? []), id]);
  const below = [...(children.get(pid) ?? [])];
  for (const one of below) below.push(...(children.get(one) ?? []));
  for (const one of below) sendTo(one, 'SIGKILL');
}

function sendTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself.
    if (error.code !== 'ESRCH') throw error;
  }
}

/** The id of every process and of its parent. */
function processes() {
  if (!existsSync('/proc/self/stat')) {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const [, parent] = statOf(pid);
      return parent === undefined ? [] : [[Number(pid), Number(parent)]];
    });
}

/** When a process began: with its id, that names it for good. Undefined if there is none. */
export function beginningOf(pid) {
  if (existsSync('/proc/self/stat')) return statOf(pid)[19];
  return ps(pid, 'lstart=') || undefined;
}

function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  return Number(existsSync('/proc/self/stat') ? statOf(pid)[1] : ps(pid, 'ppid='));
}

function commandOf(pid) {
  if (!existsSync('/proc/self/stat')) return ps(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function ps(pid, column) {
  return spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** The fields of /proc/<pid>/stat behind the program's name, which may hold blanks and brackets; none if it has ended. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
