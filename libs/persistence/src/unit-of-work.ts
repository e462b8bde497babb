import type { Transaction } from './transaction.js';

/** One transaction that all join which are begun within it, each in a savepoint: their changes are committed together. */
export class UnitOfWork {
  private isJoined = false;

  constructor(readonly tx: Transaction) {}

  /** Whether there is still something to join: what was started here may go on after its end. */
  get isOpen(): boolean {
    return !this.tx.isOver;
  }

  /** @param work gets the unit that transactions within this one join */
  async join<T>(operators: readonly string[], work: (inner: UnitOfWork) => Promise<T>): Promise<T> {
    // Savepoints of two at the same time would be mixed up.
    if (this.isJoined) throw new Error('two transactions of one unit of work are open at the same time');
    this.isJoined = true;
    const before = this.tx.seen;
    try {
      return await this.tx.attempt(async () => {
        await this.tx.see(operators);
        const result = await work(new UnitOfWork(this.tx));
        await this.tx.see(before);
        return result;
      });
    } finally {
      this.isJoined = false;
    }
  }
}
