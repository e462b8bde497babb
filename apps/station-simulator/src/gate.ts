/** Something that is the case or not, and can be waited for. */
export class Gate {
  private readonly waiting = new Set<() => void>();

  constructor(private isOpen = false) {}

  open(): void {
    this.isOpen = true;
    for (const pass of this.waiting) pass();
    this.waiting.clear();
  }

  shut(): void {
    this.isOpen = false;
  }

  async passed(): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  /** Waits for the work or for the gate, whichever comes first, and leaves nothing behind (`Promise.race` would). */
  async passedOr(work: Promise<unknown>): Promise<void> {
    if (this.isOpen) return;
    await new Promise<void>((resolve) => {
      this.waiting.add(resolve);
      const done = () => {
        this.waiting.delete(resolve);
        resolve();
      };
      work.then(done, done);
    });
  }
}
