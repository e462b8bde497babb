import { type ZonelessAs, zonelessReadings } from '@chargemesh/ocpp';

/** Messages that arrived so far apart, and as far as their times are, to the seconds, were told at once: no queue is sent so. */
const SPACED_MS = 60_000;
const SECONDS_MS = 10_000;
/** Of the latest, so that one glitch of a clock in between hides nothing. */
const KEPT_MAX = 8;

type Late = Readonly<Record<ZonelessAs, number>>;

interface Told {
  readonly receivedMs: number;
  /** How long after its time it arrived, by either reading. */
  readonly lateMs: Late;
}

/** What a station's latest times without a zone show of how they are meant: what was told at once is of its arrival. */
export class ZoneEvidence {
  private told: readonly Told[] = [];

  /** Returns the reading by which the station told at once, where this time and one before it show that. */
  add(written: string, receivedAt: string, timeZone: string): ZonelessAs | undefined {
    const readings = zonelessReadings(written, timeZone);
    if (!readings) return undefined;
    const receivedMs = Date.parse(receivedAt);
    const told = { receivedMs, lateMs: { UTC: receivedMs - readings.UTC, site: receivedMs - readings.site } };
    const isAtOnce = this.told.some((before) => wereToldAtOnce(before, told));
    this.told = [...this.told, told].slice(-KEPT_MAX);
    return isAtOnce ? nearest(told.lateMs) : undefined;
  }
}

function wereToldAtOnce(before: Told, told: Told): boolean {
  const apart = told.receivedMs - before.receivedMs;
  return apart >= SPACED_MS && Math.abs(told.lateMs.UTC - before.lateMs.UTC) <= SECONDS_MS;
}

/** The reading that lies at the arrival, if one does: a clock may be apart by less than half of what the two are. */
function nearest({ UTC, site }: Late): ZonelessAs | undefined {
  const half = Math.abs(UTC - site) / 2;
  if (Math.abs(UTC) < half) return 'UTC';
  return Math.abs(site) < half ? 'site' : undefined;
}
