import {
  type DataOf,
  type MeterSample,
  TransactionEnded,
  TransactionStarted,
  TransactionUpdated,
  newEvent,
  present,
} from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import { type Authorization, REFUSED } from '../authorization/authorization.js';
import { inParts } from '../meter/in-parts.js';
import { instant, samples2 } from '../meter/samples.js';
import { type MessageContext, envelopeOf, connectionFields } from '../station/message-context.js';
import { digestOf } from '../station/digest.js';
import { flagsOf, heardAt, wordAt } from '../station/flags.js';
import { lateStartFlag } from '../station/late-start.js';
import { QUEUED_OR_BEHIND, queuedEnd, sentAtConnectionFlag } from '../station/queued-end.js';
import type { FromStation, Ports } from '../station/ports.js';
import { inRange } from '../station/ranges.js';
import { idTokenInfo, idTokenOf } from './id-token.js';
import type { FromStation2, Ocpp2 } from './versions.js';

/** OCPP 2.x E01–E12. The event carries the answer about the token. */
export const transactionEvent: FromStation2<'TransactionEvent', 'authorization' | 'events'> = async (...asked) => {
  const authorization = await recorded(...asked);
  return authorization ? { idTokenInfo: idTokenInfo(authorization) } : {};
};

/** OCPP 2.1 E16, too: what the transaction may come to at most goes with the answer about its token. */
export const transactionEventWithLimit: FromStation<'ocpp2.1', 'TransactionEvent', 'authorization' | 'events'> = async (
  request,
  context,
  ports,
) => {
  const authorization = await recorded(request as Request<Ocpp2, 'TransactionEvent'>, context, ports);
  if (!authorization) return {};
  const limit = request.eventType === 'Ended' ? undefined : limitOf(authorization);
  return { idTokenInfo: idTokenInfo(authorization), ...present({ transactionLimit: limit }) };
};

function limitOf({ limit }: Authorization): { maxCost?: number; maxEnergy?: number } | undefined {
  if (limit === undefined) return undefined;
  const { maxCost, maxEnergyWh: maxEnergy } = limit;
  return present({ maxCost: maxCost === undefined ? undefined : Number(maxCost), maxEnergy });
}

/** Durable before it is answered; gives what is to be said of the token, if there is one. */
const recorded = async (
  request: Request<Ocpp2, 'TransactionEvent'>,
  context: MessageContext,
  ports: Pick<Ports, 'authorization' | 'events'>,
): Promise<Authorization | undefined> => {
  const { transactionId } = request.transactionInfo;
  const query =
    request.idToken && inRange({ idToken: idTokenOf(request.idToken), evseId: request.evse?.id, transactionId });
  const authorization = query ? await ports.authorization.authorize(context, query) : refusedUnread(context);
  const { early, last } = await inParts(context, transactionId, await samples2(request.meterValue));
  await ports.events.append([...early, eventOf(request, context, last, authorization)]);
  return authorization;
};

/** An unreadable token is refused: an answer without `idTokenInfo` would let the station go on. */
function refusedUnread({ deviations = [] }: MessageContext): Authorization | undefined {
  return deviations.some(({ path, rule }) => path === '/idToken' && rule === 'part-unreadable') ? REFUSED : undefined;
}

/** What the events of a transaction have in common. */
function dataOf(
  request: Request<Ocpp2, 'TransactionEvent'>,
  context: MessageContext,
  samples: MeterSample[],
  authorization?: Authorization,
): DataOf<typeof TransactionUpdated> {
  // A message that could not be sent at once is sent again with `offline`, which must not make it another event.
  const { offline = false, ...content } = request;
  const { transactionInfo: info, evse } = content;
  const at = instant(request.timestamp);
  const queued = request.eventType === 'Ended' && !offline ? queuedEnd(context, at, info.transactionId) : 'not';
  const sentFlag = request.eventType === 'Ended' ? sentAtConnectionFlag(context, at, info.transactionId) : undefined;
  heardAt(context, at, info.transactionId);
  return present(
    inRange({
      ...connectionFields(context),
      transactionId: info.transactionId,
      evseId: evse?.id,
      connectorId: evse?.connectorId,
      seqNo: request.seqNo,
      // Not every station counts: several events may have the same `seqNo`, or none that is valid.
      digest: digestOf(content),
      at,
      offline: offline || queued !== 'not',
      trigger: request.triggerReason,
      chargingState: info.chargingState,
      idToken: request.idToken && idTokenOf(request.idToken),
      authorization: authorization && { status: authorization.status, by: authorization.by },
      remoteStartId: info.remoteStartId,
      reservationId: request.reservationId,
      samples,
      flags: flagsOf(
        context,
        request.eventType === 'Started' ? lateStartFlag(context, at, request.offline ?? false) : undefined,
        queued === 'maybe' ? QUEUED_OR_BEHIND : undefined,
        sentFlag,
      ),
    }),
  );
}

function eventOf(
  request: Request<Ocpp2, 'TransactionEvent'>,
  context: MessageContext,
  samples: MeterSample[],
  authorization?: Authorization,
) {
  const data = dataOf(request, context, samples, authorization);
  const common = { ...envelopeOf(context), time: data.at };
  switch (request.eventType) {
    case 'Started':
      return newEvent(TransactionStarted, { ...common, data });
    case 'Updated':
      return newEvent(TransactionUpdated, { ...common, data });
    case 'Ended':
      // Left out, it was stopped at the station (TransactionType.stoppedReason).
      return newEvent(TransactionEnded, {
        ...common,
        data: present({
          ...data,
          stoppedReason: request.transactionInfo.stoppedReason ?? 'Local',
          stoppedWord: wordAt(context, '/transactionInfo/stoppedReason'),
        }),
      });
  }
}
