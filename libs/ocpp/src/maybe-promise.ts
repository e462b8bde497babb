/** A value, or the promise of one: a message that needs no I/O is answered without a turn of the event loop. */
export type MaybePromise<T> = T | Promise<T>;

/** Like `then` of a promise, but synchronous where the value is there already. */
export function chain<T, U>(
  work: () => MaybePromise<T>,
  done: (value: T) => MaybePromise<U>,
  failed: (error: unknown) => MaybePromise<U>,
): MaybePromise<U> {
  let value: MaybePromise<T>;
  try {
    value = work();
  } catch (error) {
    return failed(error);
  }
  return value instanceof Promise ? value.then(done, failed) : done(value);
}
