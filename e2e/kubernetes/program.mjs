/** Runs the programs of others, each bounded in time. */
import { spawn } from 'node:child_process';

export const namespace = process.env.NAMESPACE ?? 'chargemesh-e2e';
export const release = 'chargemesh';

const A_MINUTE_MS = 60_000;
const interruption = new AbortController();

/** Ends the programs that run and lets none begin, but for those that clean up. */
export const interrupt = () => interruption.abort();

/**
 * What a program says; rejects with its complaint if it fails, or does not end in time.
 * @param always also after an interruption
 */
export function run(program, args, { input = '', withinMs = A_MINUTE_MS, always = false } = {}) {
  return new Promise((resolve, reject) => {
    const bounds = { timeout: withinMs, killSignal: 'SIGKILL', ...(!always && { signal: interruption.signal }) };
    // A group of its own: Ctrl-C is ours to hear.
    const child = spawn(program, args, { ...bounds, detached: true });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => (said[stream] += text));
    }
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(said.stdout);
      reject(new Error(`${program} ${args.join(' ')}: ended by ${signal ?? code}\n${said.stdout}${said.stderr}`));
    });
    child.stdin.on('error', () => undefined).end(input);
  });
}

export const kubectl = (args, options) => run('kubectl', ['--namespace', namespace, ...args], options);

const binary = new URL('../../helm/tools/binary.mjs', import.meta.url).pathname;
let helmProgram;

/** The Helm that the chart's tests use. */
export async function helm(args, options) {
  helmProgram ??= run(process.execPath, [binary]);
  return run((await helmProgram).trim(), ['--namespace', namespace, ...args], options);
}
