/** Resolves after the time, or as soon as the signal is aborted. */
export function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Resolves with whether the work ended within the time and before the signal; it goes on by itself if it did not. */
export async function within(milliseconds: number, work: Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
  const ended = new AbortController();
  const over = wait(milliseconds, signal ? AbortSignal.any([ended.signal, signal]) : ended.signal);
  const isEnded = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([isEnded, over.then(() => false)]);
  } finally {
    ended.abort();
  }
}

/** The work's result; rejects once its time is over, and leaves the work to itself then. */
export async function answerWithin<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  if (await within(milliseconds, work)) return work;
  throw new Error(`no answer within ${milliseconds} ms`);
}

/** All results; or the first reason, once all is over: what goes on would use, or be mistaken for, what comes after it. */
export async function allOver<T extends readonly unknown[]>(
  works: readonly [...T],
): Promise<{
  -readonly [K in keyof T]: Awaited<T[K]>;
}> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/** Pauses that grow by half from `first` to `most` milliseconds, spread so that many do not come back together. */
export class Backoff {
  private next: number;

  constructor(
    private readonly first: number,
    private readonly most: number,
  ) {
    this.next = first;
  }

  async pause(signal?: AbortSignal): Promise<void> {
    const pause = this.next * (0.75 + Math.random() / 2);
    this.next = Math.min(this.next * 1.5, this.most);
    await wait(pause, signal);
  }

  reset(): void {
    this.next = this.first;
  }
}
