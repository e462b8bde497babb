import type { InboundCall, ZonelessAs } from '@chargemesh/ocpp';
import type { Call } from './call.js';

/** A start whose time names no zone, and as what it was read. */
export interface ZonelessStart {
  readonly message: InboundCall;
  readonly call: Call;
  readonly readAs: ZonelessAs;
}

/** Of one station; it begins few transactions before it says what time it is. */
const STARTS_MAX = 4;

/**
 * The latest starts of a station that names no zone. The first one may be read by the wrong zone, and what the station
 * says later may show so.
 */
export class ZonelessStarts {
  private starts: readonly ZonelessStart[] = [];

  add(start: ZonelessStart): void {
    this.starts = [...this.starts, start].slice(-STARTS_MAX);
  }

  /** Gives, once, those that were read otherwise than the station turns out to mean its times. */
  readOtherwise(zonelessAs: ZonelessAs): readonly ZonelessStart[] {
    const otherwise = this.starts.filter(({ readAs }) => readAs !== zonelessAs);
    if (otherwise.length > 0) this.starts = this.starts.filter(({ readAs }) => readAs === zonelessAs);
    return otherwise;
  }
}
