/** Aborted once when this process is to end: told by a signal, or because the command that started it is gone. */
export function endOfProcess(): AbortSignal {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
  return ending.signal;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The work's result; rejects as soon as the signal is aborted, and leaves the work to itself then. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const cut = aborted(signal).then(() => Promise.reject(signal.reason as Error));
  return Promise.race([work, cut]);
}
