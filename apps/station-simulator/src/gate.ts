/** Something that is the case or not, and can be waited for. */
export class Gate {
  private waiting: (() => void)[] = [];

  constructor(private isOpen = false) {}

  open(): void {
    this.isOpen = true;
    this.waiting.splice(0).forEach((pass) => pass());
  }

  shut(): void {
    this.isOpen = false;
  }

  async passed(): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
