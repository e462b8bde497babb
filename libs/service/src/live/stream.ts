import type { Response } from 'express';

/** A comment now and then, so that no proxy takes a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;
/** A reader comes back by itself and is let in anew: who may no longer read is out by then. */
const LASTS_MS = 600_000;
/** What may wait in this process for a reader that does not read. */
const BEHIND_BYTES = 1_000_000;
/** How long a reader that was cut off waits before it comes back. */
const RETRY_MS = 1_000;

/** One reader of server-sent events (WHATWG HTML, 9.2). It is ended when it reads too slowly, and resumes by its last id. */
export class LiveStream {
  /** Resolves when it is over, whoever ended it. */
  readonly closed: Promise<void>;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;

  constructor(private readonly response: Response) {
    response.status(200);
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    // nginx holds answers back unless it is told not to.
    response.setHeader('x-accel-buffering', 'no');
    response.flushHeaders();
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.heartbeat = setInterval(() => this.send(':\n\n'), HEARTBEAT_MS).unref();
    this.end = setTimeout(() => this.close(), LASTS_MS).unref();
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        clearInterval(this.heartbeat);
        clearTimeout(this.end);
        resolve();
      });
    });
  }

  get isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  /** Sends text as `eventOf` makes it; a reader that has not read what it was sent before is cut off. */
  send(text: string): void {
    if (!this.isOpen) return;
    if (this.response.writableLength > BEHIND_BYTES) this.response.destroy();
    else this.response.write(text);
  }

  close(): void {
    if (this.isOpen) this.response.end();
  }
}

/** An event in the form of the wire; `data` is JSON without line breaks. */
export function eventOf(name: string, data: string, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
