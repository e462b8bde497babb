const HOUR_MS = 3_600_000;
/** Stations tell their meters this often at least, mostly; where nothing flowed for longer, the car takes nothing. */
const STANDS_STILL_MS = 180_000;

/** What is known of the energy of a session that runs. */
export interface Flow {
  readonly startedAt: Date | null;
  readonly energyWh: number | null;
  /** When it last grew. */
  readonly energyAt: Date | null;
  readonly powerW: number | null;
}

/**
 * The mean power since the energy grew before. Costs are counted between the readings of the meter, too: that the energy is the
 * same says nothing then.
 */
export function flowing(known: Flow, energyWh: number, countedAt: Date): Pick<Flow, 'energyAt' | 'powerW'> {
  const { energyAt, powerW } = known;
  const since = energyAt ?? known.startedAt;
  const passedMs = since ? countedAt.getTime() - since.getTime() : 0;
  const grownWh = energyWh - (known.energyWh ?? 0);
  if (grownWh > 0 && passedMs > 0) return { energyAt: countedAt, powerW: Math.round((grownWh * HOUR_MS) / passedMs) };
  return { energyAt, powerW: passedMs > STANDS_STILL_MS ? 0 : powerW };
}
