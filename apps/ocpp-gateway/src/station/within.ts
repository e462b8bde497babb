/** Waits for work, but no longer than this; what it gives or throws is of no interest. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let bound: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    bound = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(bound);
}
