import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** Smaller messages are not counted: so much each socket may hold. */
const LARGE_BYTES = 512_000;
/** A large message of which so long something is missing, in milliseconds, does not come to its end: 8 MiB at 28 kB/s. */
const FINISHED_WITHIN_MS = 300_000;
/** Of a control frame, besides what it carries. */
const CONTROL_HEADER_BYTES = 6;

/**
 * Bounds what unfinished large messages take in memory, of all sockets together: ws gathers a message whole before it
 * gives it to anybody. Who would take more than is left is cut off, keeps its message, and comes again.
 */
export class LargeMessages {
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  watch(socket: Duplex, web: WebSocket): void {
    let [gathered, counted] = [0, 0];
    let late: NodeJS.Timeout | undefined;
    const finished = () => {
      this.bytes -= counted;
      [gathered, counted] = [0, 0];
      clearTimeout(late);
      late = undefined;
    };
    const control = (data: Buffer) => (gathered -= data.length + CONTROL_HEADER_BYTES);
    socket.on('data', (chunk: Buffer) => {
      gathered += chunk.length;
      if (gathered <= LARGE_BYTES) return;
      this.bytes += gathered - LARGE_BYTES - counted;
      counted = gathered - LARGE_BYTES;
      late ??= setTimeout(() => web.terminate(), FINISHED_WITHIN_MS).unref();
      if (this.bytes > this.bytesMax) web.terminate();
    });
    web.on('ping', control).on('pong', control).on('message', finished).on('close', finished);
  }
}
