import type { InboundCall, ZonelessAs } from '@chargemesh/ocpp';
import type { MessageContext } from './message-context.js';

/** A start whose time has no zone, and how it was read. */
export interface ZonelessStart {
  readonly message: InboundCall;
  readonly context: MessageContext;
  readonly readAs: ZonelessAs;
}

/** Per station: as many transactions as it may have kept before its zone is known. */
const STARTS_MAX = 50;
/** What is told at once, and read so, is read right: zones are a quarter of an hour apart at least. */
const AT_ONCE_MS = 60_000;

/**
 * The latest starts of a station that writes no zone. They may have been read in the wrong one, as later messages of the
 * station show.
 */
export class ZonelessStarts {
  private starts: readonly ZonelessStart[] = [];

  /** @param at when it began, as it was read */
  add(start: ZonelessStart, at: string): void {
    if (Math.abs(Date.parse(start.context.receivedAt) - Date.parse(at)) <= AT_ONCE_MS) return;
    this.starts = [...this.starts, start].slice(-STARTS_MAX);
  }

  /** The zone by which they were read is proven. */
  clear(): void {
    this.starts = [];
  }

  /** Returns, once, those that were read in another zone than the station turns out to mean. */
  readOtherwise(zonelessAs: ZonelessAs): readonly ZonelessStart[] {
    const otherwise = this.starts.filter(({ readAs }) => readAs !== zonelessAs);
    if (otherwise.length > 0) this.starts = this.starts.filter(({ readAs }) => readAs === zonelessAs);
    return otherwise;
  }
}
