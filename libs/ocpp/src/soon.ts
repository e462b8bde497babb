/** What is there already, or comes. Many answers are there already, and a turn of the event loop costs more than they do. */
export type Soon<T> = T | Promise<T>;

/** Does the work and goes on with what came of it: at once, if it is there. */
export function proceed<T, U>(
  work: () => Soon<T>,
  done: (value: T) => Soon<U>,
  failed: (error: unknown) => Soon<U>,
): Soon<U> {
  let value: Soon<T>;
  try {
    value = work();
  } catch (error) {
    return failed(error);
  }
  return value instanceof Promise ? value.then(done, failed) : done(value);
}
