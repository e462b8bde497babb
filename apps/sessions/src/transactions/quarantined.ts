import { type Session } from './session.js';

/** Said of a session of which a message is kept that nobody could read. */
export const MESSAGE_QUARANTINED = 'message-quarantined';

/** A message that is kept for a person, and a session that it may be of. */
export interface QuarantinedMessage {
  readonly quarantineId: string;
  readonly operatorId: string;
  readonly stationId: string;
  readonly transactionId: string;
  readonly settled: boolean;
  /** Whether it was the end of this session, though it did not name it. */
  readonly matched: boolean;
}

/** The kept messages of a batch's stations. */
export class QuarantinedMessages {
  private readonly messages = new Map<string, QuarantinedMessage>();
  private readonly fresh = new Map<string, QuarantinedMessage>();

  constructor(known: readonly QuarantinedMessage[]) {
    for (const message of known) this.messages.set(keyOf(message), message);
  }

  add(message: Omit<QuarantinedMessage, 'settled' | 'matched'>): void {
    // What has been dealt with is not open again because the station says it once more.
    if (this.messages.has(keyOf(message))) return;
    this.put({ ...message, settled: false, matched: false });
  }

  /** Notes whose end it was. */
  match(message: Omit<QuarantinedMessage, 'settled' | 'matched'>): void {
    this.put({ ...message, settled: true, matched: true });
  }

  /** Whether somebody has dealt with it. */
  isSettledByPerson(quarantineId: string): boolean {
    const all = [...this.messages.values()].filter((message) => message.quarantineId === quarantineId);
    return all.some(({ settled }) => settled) && !all.some(({ matched }) => matched);
  }

  /** Notes that a message has been dealt with; gives the transactions that it was noted for. */
  resolve(quarantineId: string): QuarantinedMessage[] {
    const concerned = [...this.messages.values()].filter((message) => message.quarantineId === quarantineId);
    for (const message of concerned) if (!message.settled) this.put({ ...message, settled: true });
    return concerned;
  }

  /** The session, flagged if a message of it is kept and nobody has dealt with it. */
  flagged(session: Session): Session {
    const { stationId, transactionId, flags } = session;
    const waits = [...this.messages.values()].some(
      (message) => !message.settled && message.stationId === stationId && message.transactionId === transactionId,
    );
    if (waits === flags.includes(MESSAGE_QUARANTINED)) return session;
    const others = flags.filter((flag) => flag !== MESSAGE_QUARANTINED);
    return { ...session, flags: waits ? [...others, MESSAGE_QUARANTINED].sort() : others };
  }

  changed(): QuarantinedMessage[] {
    return [...this.fresh.values()];
  }

  private put(message: QuarantinedMessage): void {
    this.messages.set(keyOf(message), message);
    this.fresh.set(keyOf(message), message);
  }
}

function keyOf({ quarantineId, transactionId }: Pick<QuarantinedMessage, 'quarantineId' | 'transactionId'>): string {
  return `${quarantineId}/${transactionId}`;
}
