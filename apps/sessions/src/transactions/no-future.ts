import type { MeterSample } from '@chargemesh/contracts';
import { CLOCK_AHEAD, CLOCK_FAR_AHEAD, isMended, parseStationTime } from './effective-time.js';
import { OFF_MS } from './offsets.js';
import type { ToldAhead, TransactionFact } from './transaction-fact.js';

type Timed = Pick<TransactionFact['data'], 'at' | 'receivedAt' | 'samples' | 'flags'> & ToldAhead;

/**
 * The fact with no time after its arrival. Where the fact itself is ahead, so is its clock, and all that it measured moves
 * with it; a single value of the future was measured when it arrived, at the latest. The fact says so.
 */
export function withoutFuture<Fact extends { data: Timed }>(fact: Fact): Fact {
  const [at, received] = [parseStationTime(fact.data.at).getTime(), parseStationTime(fact.data.receivedAt).getTime()];
  const aheadMs = Math.max(0, at - received);
  if (aheadMs === 0 && fact.data.samples.every((sample) => parseStationTime(sample.at).getTime() <= received))
    return fact;
  let mended = isMended(new Date(at), new Date(at - aheadMs));
  const samples = fact.data.samples.map((sample): MeterSample => {
    const [claimed, counted] = [
      parseStationTime(sample.at),
      new Date(Math.min(parseStationTime(sample.at).getTime() - aheadMs, received)),
    ];
    mended ||= isMended(claimed, counted);
    return { ...sample, at: counted.toISOString() };
  });
  const said = [...(mended ? [CLOCK_AHEAD] : []), ...(aheadMs >= OFF_MS ? [CLOCK_FAR_AHEAD] : [])];
  const flags = said.length > 0 ? [...(fact.data.flags ?? []), ...said] : fact.data.flags;
  const ahead = aheadMs > 0 ? { aheadMs } : {};
  const data = {
    ...fact.data,
    at: new Date(at - aheadMs).toISOString(),
    samples,
    ...(flags ? { flags } : {}),
    ...ahead,
  };
  return { ...fact, data };
}
