/** What one check has found. */
export interface Finding {
  readonly check: string;
  readonly state: 'fine' | 'warning' | 'problem';
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const fine = (check: string, says: string): Finding => ({ check, state: 'fine', says });
export const warning = (check: string, says: string, todo: string): Finding => ({
  check,
  state: 'warning',
  says,
  todo,
});
export const problem = (check: string, says: string, todo: string): Finding => ({
  check,
  state: 'problem',
  says,
  todo,
});

export const messageOf = (error: unknown): string => {
  const { message, errors } = error as { message?: string; errors?: readonly Error[] };
  // Node tries several addresses, and has then no message of its own.
  return message || errors?.map((one) => one.message).join('; ') || String(error);
};
