import { answerWithin } from '@chargemesh/messaging';

const ANSWERS_WITHIN_MS = 2_000;

/** Resolves or returns true when all is well; false, or an error that says why, when not. */
type Check = () => boolean | Promise<boolean>;

interface Condition {
  readonly check: Check;
  readonly required: boolean;
}

export interface ReadinessReport {
  readonly ready: boolean;
  /** By name; those that the process can work without are among them. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** Why a check says no. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Whether the process should be given work: the checks that it needs say yes, and it is neither on its way in nor out. */
export class Readiness {
  private readonly conditions = new Map<string, Condition>();
  private accepting = false;

  /** @param withinMs how long a check may take, in milliseconds */
  constructor(private readonly withinMs = ANSWERS_WITHIN_MS) {}

  /**
   * Adds a condition; one that throws, or does not answer in time, counts as no.
   * @param options.required whether the process cannot do its first duty without it; what is not required is only shown
   */
  add(name: string, check: Check, { required = true }: { required?: boolean } = {}): void {
    this.conditions.set(name, { check, required });
  }

  /** From now on the process is ready when the checks say so. */
  open(): void {
    this.accepting = true;
  }

  /** From now on the process is not ready, whatever the checks say. */
  close(): void {
    this.accepting = false;
  }

  async read(): Promise<ReadinessReport> {
    const answers = await Promise.all(
      [...this.conditions].map(async ([name, { check, required }]) => {
        const reason = await reasonAgainst(check, this.withinMs);
        return { name, required, reason };
      }),
    );
    const checks = Object.fromEntries(answers.map(({ name, reason }) => [name, reason === undefined]));
    const reasons = Object.fromEntries(answers.flatMap(({ name, reason }) => (reason ? [[name, reason]] : [])));
    const ready = this.accepting && answers.every(({ required, reason }) => !required || reason === undefined);
    return { ready, checks: { ...checks, accepting: this.accepting }, reasons };
  }
}

/** Undefined when the check holds. */
async function reasonAgainst(check: Check, withinMs: number): Promise<string | undefined> {
  try {
    return (await answerWithin(withinMs, Promise.resolve().then(check))) ? undefined : 'not yet';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
