import type { Subprotocol } from '@chargemesh/ocpp';
import { basicHeader } from '@chargemesh/ocpp';
import type { StationSpec } from '@chargemesh/station-simulator';
import { WebSocket } from 'ws';

const CALL = 2;

/** A station that says whatever it is told to, as text. */
export class RawStation {
  /** What it says to a CALL with this id, as text; nothing, if undefined. */
  answer: (messageId: string, action: string, payload: unknown) => string | undefined = (messageId) =>
    `[3,"${messageId}",{}]`;
  private readonly answers = new Map<string, (frame: unknown[]) => void>();
  private ids = 0;

  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(private readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as unknown[];
      const id = String(frame[1]);
      if (frame[0] !== CALL) return this.answers.get(id)?.(frame);
      const answer = this.answer(id, String(frame[2]), frame[3]);
      if (answer !== undefined) socket.send(answer);
    });
  }

  static async connect(url: string, { id, ocppVersion, password = '' }: StationSpec): Promise<RawStation> {
    const headers = { authorization: basicHeader(id, password) };
    const version: Subprotocol = `ocpp${ocppVersion}`;
    const socket = new WebSocket(`${url}/${id}`, [version], { headers });
    const station = new RawStation(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return station;
  }

  /** Sends a CALL and gives the whole answer; `around` writes the frame otherwise than it should be. */
  say(action: string, payload: unknown, around = (text: string) => text): Promise<unknown[]> {
    const id = `m-${++this.ids}`;
    return this.sendRaw(around(JSON.stringify([CALL, id, action, payload])), id);
  }

  sendRaw(text: string, id: string): Promise<unknown[]> {
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      this.socket.send(text);
    });
  }

  close(): void {
    this.socket.terminate();
  }
}
