import { within } from '@chargemesh/messaging';
import type { Logger } from 'pino';

interface Step {
  readonly name: string;
  readonly end: () => unknown;
}

/**
 * What is to be ended, in the reverse order of its beginning, once and within a bound. A step that fails does not keep
 * the others from their turn.
 */
export class Shutdown {
  private readonly steps: Step[] = [];
  private ending: Promise<boolean> | undefined;

  constructor(
    private readonly withinMs: number,
    private readonly logger: Logger,
  ) {}

  /** Has something ended before all that was named earlier. */
  add(name: string, end: () => unknown): void {
    this.steps.unshift({ name, end });
  }

  /** Resolves with whether everything ended within the bound. */
  run(): Promise<boolean> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<boolean> {
    const progress = { step: '' };
    const inTime = await within(this.withinMs, this.endAll(progress));
    if (!inTime) this.logger.error({ ...progress, withinMs: this.withinMs }, 'the shutdown took too long');
    return inTime;
  }

  private async endAll(progress: { step: string }): Promise<void> {
    for (const { name, end } of this.steps) {
      progress.step = name;
      try {
        await end();
      } catch (error) {
        this.logger.error({ err: error, step: name }, 'a step of the shutdown failed');
      }
    }
  }
}
