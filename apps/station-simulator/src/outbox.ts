import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallTimeout, ConnectionClosed, type Subprotocol, type RpcPeer } from '@chargemesh/ocpp';

/** Sends one message and gives what the platform said. */
export type Send<V extends Subprotocol> = (peer: RpcPeer<V>, messageId: string) => Promise<object>;

export interface Outgoing<V extends Subprotocol> {
  send: Send<V>;
  /** The session that the message is about; left out: it is not kept when it cannot be sent. */
  sessionKey?: string;
  drop?: boolean;
  duplicate?: 'sameId' | 'newId';
  onAttempt?: () => void;
  onAnswer?: (answer: object) => void;
  onDuplicate?: (same: boolean) => void;
  onRefused?: (error: unknown) => void;
}

const cutAfterMs = 3;
const retryMs = [100, 5_000] as const;
const waitingMax = 10_000;

/** A station's messages, in order, one at a time; what is about a transaction stays until it is acknowledged. */
export class Outbox<V extends Subprotocol> {
  private items: (Outgoing<V> & { messageId: string })[] = [];
  private peer: RpcPeer<V> | undefined;
  private pumping = false;
  private settling: (() => void)[] = [];

  /** @param answered told how long each message waited for its answer, in milliseconds */
  constructor(private readonly answered: (milliseconds: number) => void) {}

  /** How many messages wait for their acknowledgement. */
  get size(): number {
    return this.items.length;
  }

  push(item: Outgoing<V>): void {
    if (this.items.length >= waitingMax) throw new RangeError(`more than ${waitingMax} messages wait`);
    this.items.push({ ...item, messageId: randomUUID() });
    void this.pump();
  }

  /** From now on messages go out here. */
  attach(peer: RpcPeer<V>): void {
    this.peer = peer;
    void this.pump();
  }

  /** This connection is gone. */
  detach(peer: RpcPeer<V>): void {
    if (this.peer === peer) this.peer = undefined;
  }

  /** Puts the waiting messages of a session in another order, in the places they have. */
  reorder(sessionKey: string, order: (items: Outgoing<V>[]) => Outgoing<V>[]): void {
    const mixed = order(this.items.filter((item) => item.sessionKey === sessionKey));
    this.items = this.items.map((item) => (item.sessionKey === sessionKey ? (mixed.shift() as typeof item) : item));
  }

  /** Resolves as soon as nothing waits any more. */
  async settled(): Promise<void> {
    if (this.items.length > 0) await new Promise<void>((resolve) => this.settling.push(resolve));
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    for (let failures = 0; this.items[0] && this.peer;) {
      const [item] = this.items;
      if (await this.deliver(item, this.peer)) {
        failures = 0;
        this.items.splice(this.items.indexOf(item), 1);
      } else if (this.peer) {
        await sleep(Math.min(retryMs[0] * 2 ** failures++, retryMs[1]));
      }
    }
    this.pumping = false;
    if (this.items.length === 0) this.settling.splice(0).forEach((resolve) => resolve());
  }

  /** Whether the message is done with. */
  private async deliver(item: Outgoing<V> & { messageId: string }, peer: RpcPeer<V>): Promise<boolean> {
    try {
      item.onAttempt?.();
      const sentAt = performance.now();
      const answering = item.send(peer, item.messageId);
      if (item.drop) {
        item.drop = false;
        void sleep(cutAfterMs).then(() => peer.terminate());
      }
      const answer = await answering;
      this.answered(performance.now() - sentAt);
      item.onAnswer?.(answer);
      if (item.duplicate) await this.repeat(item, peer, answer);
      return true;
    } catch (error) {
      if (item.sessionKey === undefined) return true;
      if (error instanceof CallTimeout) peer.terminate();
      if (error instanceof CallTimeout || error instanceof ConnectionClosed) this.detach(peer);
      else item.onRefused?.(error);
      return false;
    }
  }

  private async repeat(item: Outgoing<V> & { messageId: string }, peer: RpcPeer<V>, first: object): Promise<void> {
    const messageId = item.duplicate === 'newId' ? randomUUID() : item.messageId;
    // The message is acknowledged already, so a connection that ends here loses nothing.
    const second = await item.send(peer, messageId).catch(() => first);
    item.onDuplicate?.(JSON.stringify(second) === JSON.stringify(first));
  }
}
