import type {
  EventOf,
  QuarantineEvent,
  StationEvent,
  TransactionStarted,
  TransactionUpdated,
} from '@chargemesh/contracts';

/** A start from afar, as a station names it for one of its transactions. */
export interface NamedStart {
  readonly stationId: string;
  readonly transactionId: string;
  readonly remoteStartId: number;
  readonly evseId: number | null;
  readonly at: string;
  readonly receivedAt: string;
}

/** The token by which it was asked for. */
export type ClaimedStart = Pick<NamedStart, 'stationId' | 'transactionId' | 'remoteStartId'> & {
  readonly tokenUid: string;
};

type Known = StationEvent | QuarantineEvent;
type Nameless = EventOf<typeof TransactionStarted> | EventOf<typeof TransactionUpdated>;

/** The starts from afar that are named for transactions without a token. */
export function startsNamed(events: readonly Known[]): NamedStart[] {
  return events.flatMap((event) => {
    if (!isNameless(event)) return [];
    const { stationId, transactionId, remoteStartId = 0, evseId, at, receivedAt } = event.data;
    return [{ stationId, transactionId, remoteStartId, evseId: evseId ?? null, at, receivedAt }];
  });
}

/** The events with the tokens of the starts that they name: it was asked for by it, so that the station need not say it. */
export function withRemoteTokens(events: readonly Known[], claimed: readonly ClaimedStart[]): Known[] {
  if (claimed.length === 0) return [...events];
  const tokens = new Map(claimed.map((start) => [keyOf(start), start.tokenUid]));
  return events.map((event) => {
    const value = isNameless(event) ? tokens.get(keyOf(event.data)) : undefined;
    if (value === undefined) return event;
    return { ...event, data: { ...event.data, idToken: { value, type: 'Central' } } } as Known;
  });
}

function isNameless(event: Known): event is Nameless {
  if (event.type !== 'transaction-started' && event.type !== 'transaction-updated') return false;
  return event.data.remoteStartId !== undefined && event.data.idToken === undefined;
}

function keyOf({
  stationId,
  transactionId,
  remoteStartId,
}: {
  stationId: string;
  transactionId: string;
  remoteStartId?: number | undefined;
}) {
  return `${stationId}/${remoteStartId}/${transactionId}`;
}
