import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { MeterValuesStore } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import { groupBy } from './group-by.js';

/** Rows of one statement: some MB. */
const READ_AT_ONCE = 10_000;
/** Samples of one session that are kept, some 10 MB, of which 2,500 periods are made: a day of one a second has 86,400. */
const KEPT_MAX = 20_000;

type Measured = { sessionId: string; firstFactAt: Date; lastFactAt: Date };

/** Reads the samples of sessions that become final, so many at once that memory is bounded, not so many sessions. */
@Injectable()
export class SamplesStore {
  constructor(private readonly meterValues: MeterValuesStore) {}

  /** The samples of as many of the sessions as are read at once, of one at least. */
  async read<Session extends Measured>(
    tx: Transaction,
    sessions: readonly Session[],
  ): Promise<{ session: Session; samples: Sample[] }[]> {
    const rows = await this.meterValues.ofSessions(tx, sessions, READ_AT_ONCE + 1);
    const cut = rows.length > READ_AT_ONCE ? rows.at(-1)?.sessionId : undefined;
    const of = groupBy(rows, ({ sessionId }) => sessionId);
    const whole = sessions.filter(({ sessionId }) => cut === undefined || sessionId < cut);
    if (whole.length > 0) return whole.map((session) => ({ session, samples: of.get(session.sessionId) ?? [] }));
    const long = sessions.find(({ sessionId }) => sessionId === cut);
    return long ? [{ session: long, samples: await this.readOn(tx, long, rows) }] : [];
  }

  private async readOn(tx: Transaction, session: Measured, first: readonly Sample[]): Promise<Sample[]> {
    let samples = [...first];
    for (let page = first; page.length >= READ_AT_ONCE; samples = bounded([...samples, ...page])) {
      page = await this.meterValues.following(tx, session, (page.at(-1) as Sample).at, READ_AT_ONCE);
    }
    return samples;
  }
}

/**
 * Without every second of the plain readings, as often as it takes: the last one, begin, end, states and signed values
 * stay, and what flowed until one that goes is said by the next.
 */
function bounded(samples: Sample[]): Sample[] {
  if (samples.length <= KEPT_MAX) return samples;
  const last = samples.length - 1;
  const kept: Sample[] = [];
  let intervalWh: number | null = null;
  let alignedWh: number | null = null;
  for (const [index, sample] of samples.entries()) {
    [intervalWh, alignedWh] = [sum(intervalWh, sample.intervalWh), sum(alignedWh, sample.alignedWh)];
    if (index % 2 === 1 && index !== last && isPlain(sample, samples[index - 1])) continue;
    kept.push({ ...sample, intervalWh, alignedWh });
    [intervalWh, alignedWh] = [null, null];
  }
  return kept;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}

function isPlain({ beginWh, endWh, signed, intervals, chargingState }: Sample, before: Sample | undefined): boolean {
  const tellsState = chargingState !== null && chargingState !== before?.chargingState;
  const differs = intervals !== null && (intervals.length > 1 || intervals[0]?.as === 'betweenWh');
  return beginWh === null && endWh === null && signed === null && !tellsState && !differs;
}
