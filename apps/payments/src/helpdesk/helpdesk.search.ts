import { lowestIdAt } from '@chargemesh/persistence';
import { problem } from '@chargemesh/service';
import type { EvseAtPlace } from '../projections/places.store.js';
import type { Known } from '../payments/payments.store.js';
import type { HelpdeskQuery } from './helpdesk.schema.js';

const HOUR_MS = 3_600_000;
const AROUND_MS = 6 * HOUR_MS;
/** For the digits of a card: in more time many have the same ones. */
const WINDOW_MS = 48 * HOUR_MS;

type Sought = Omit<Known, 'operatorId' | 'limit'>;

/** What a caller knows, as payments are found by it; `place` is where the `evse` of the query is. */
export function soughtBy(query: HelpdeskQuery, place: EvseAtPlace | undefined): Sought {
  const { evse, stationId, sessionId, token, reference, cardLast4 } = query;
  const { since, until } = windowOf(query);
  const isNarrow = since !== undefined && until !== undefined && until - since <= WINDOW_MS;
  // The digits of a card alone would show the payments of whoever has the same ones.
  const known = [evse, stationId, sessionId, token, reference, isNarrow ? cardLast4 : undefined];
  if (known.every((one) => one === undefined))
    throw problem('bad-request', {
      detail:
        'say one of evse, stationId, sessionId, token and reference, or cardLast4 with at, or with from and to of two days at most',
    });
  return {
    ...{ stationId: place?.stationId ?? stationId, evseId: place?.evseId, sessionId, reference, cardLast4 },
    tokenUid: token?.toUpperCase(),
    since: since === undefined ? undefined : lowestIdAt(new Date(since)),
    until: until === undefined ? undefined : lowestIdAt(new Date(until)),
  };
}

function windowOf({ at, from, to }: HelpdeskQuery): { since: number | undefined; until: number | undefined } {
  if (at !== undefined && (from !== undefined || to !== undefined))
    throw problem('bad-request', { detail: 'at is for itself: say from and to without it' });
  const around = at === undefined ? undefined : Date.parse(at);
  const [since, until] = [from, to].map((one) => (one === undefined ? undefined : Date.parse(one)));
  if (since !== undefined && until !== undefined && since >= until)
    throw problem('bad-request', { detail: 'from has to be before to' });
  return around === undefined ? { since, until } : { since: around - AROUND_MS, until: around + AROUND_MS };
}
