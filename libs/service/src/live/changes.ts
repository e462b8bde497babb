/** How many changes are remembered in a process, of all operators together. */
const REMEMBERED = 20_000;

/**
 * The newest changes of a process, numbered as they came, so that a reader that was away for a moment is told what it
 * missed and not everything again.
 */
export class Changes {
  /** Number of the newest change; 0 before the first. */
  last = 0;
  private readonly kept: { readonly operatorId: string; readonly key: string }[] = [];

  add(operatorId: string, key: string): void {
    this.kept[this.last % REMEMBERED] = { operatorId, key };
    this.last += 1;
  }

  /**
   * What changed of an operator after that number, each key once.
   * @returns undefined when that is not known any more
   */
  since(number: number, operatorId: string): string[] | undefined {
    if (number > this.last || this.last - number > REMEMBERED) return undefined;
    const keys = new Set<string>();
    for (let at = number; at < this.last; at += 1) {
      const change = this.kept[at % REMEMBERED];
      if (change?.operatorId === operatorId) keys.add(change.key);
    }
    return [...keys];
  }
}
