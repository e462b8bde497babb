const ANSWERS_WITHIN_MS = 2_000;

type Check = () => boolean | Promise<boolean>;

/** Whether the process should be given work: all of its checks say yes, and it is not on its way out. */
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private open = true;

  /** @param withinMs how long a check may take, in milliseconds */
  constructor(private readonly withinMs = ANSWERS_WITHIN_MS) {}

  /** Adds a condition; one that throws, or does not answer in time, counts as no. */
  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From now on the process is not ready, whatever the checks say. */
  close(): void {
    this.open = false;
  }

  async read(): Promise<{ ready: boolean; checks: Record<string, boolean> }> {
    const answers = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await holds(check, this.withinMs)] as const),
    );
    const checks = { ...Object.fromEntries(answers), accepting: this.open };
    return { ready: Object.values(checks).every(Boolean), checks };
  }
}

async function holds(check: Check, withinMs: number): Promise<boolean> {
  let bound: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    bound = setTimeout(() => resolve(false), withinMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(bound);
  }
}
