import { type MeterSample, TransactionEnded, UnknownTransactionEnded, newEvent, present } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import type { Authorization } from '../authorization/authorization.js';
import { inParts, partsOf } from '../meter/in-parts.js';
import { instant, registerSample, samples16 } from '../meter/samples.js';
import { type MessageContext, UnprocessableMessage, envelopeOf, connectionFields } from '../station/message-context.js';
import type { QuarantinePort, FromStation, Quarantined } from '../station/ports.js';
import { isTransactionId } from '../transaction-ids/transaction-id.js';
import { digestOf } from '../station/digest.js';
import { flagsOf, wordAt } from '../station/flags.js';
import { QUEUED_OR_BEHIND, queuedEnd, sentAtConnectionFlag } from '../station/queued-end.js';
import { idTagInfo, idToken, tagFlag } from './id-tag.js';

/**
 * What a 1.6 stop reason is in OCPP 2.x: the reason, and what triggered the event. Hard and soft resets stay
 * distinct, as they are not in 2.x.
 */
const REASON: Readonly<Record<string, readonly [reason: string, trigger: string]>> = {
  DeAuthorized: ['DeAuthorized', 'Deauthorized'],
  EmergencyStop: ['EmergencyStop', 'AbnormalCondition'],
  EVDisconnected: ['EVDisconnected', 'EVDeparted'],
  HardReset: ['HardReset', 'ResetCommand'],
  Local: ['Local', 'StopAuthorized'],
  Other: ['Other', 'AbnormalCondition'],
  PowerLoss: ['PowerLoss', 'AbnormalCondition'],
  Reboot: ['Reboot', 'AbnormalCondition'],
  Remote: ['Remote', 'RemoteStop'],
  SoftReset: ['SoftReset', 'ResetCommand'],
  UnlockCommand: ['Other', 'UnlockCommand'],
};
const OTHER = ['Other', 'AbnormalCondition'] as const;

type StopRequest = Request<'ocpp1.6', 'StopTransaction'>;

/** OCPP 1.6 §4.10. The transaction's data may come again with the stop; consumers deduplicate equal samples. */
export const stopTransaction: FromStation<
  'ocpp1.6',
  'StopTransaction',
  'authorization' | 'events' | 'quarantine' | 'transactionIds'
> = async (request, context, { authorization, events, quarantine, transactionIds }) => {
  const { transactionId } = request;
  const known = isTransactionId(transactionId) && (await transactionIds.end(context, transactionId));
  const token = idToken(request.idTag ?? '');
  const named = known ? { transactionId: String(transactionId) } : {};
  const answer = token && (await authorization.authorize(context, { idToken: token, ...named }));
  const samples = await samples16(request.transactionData);
  await events.append(
    known
      ? await endOf(String(transactionId), request, samples, context, answer)
      : [await unknownEndOf(request, samples, context, quarantine, answer)],
  );
  return answer ? { idTagInfo: idTagInfo(answer) } : {};
};

/** No transaction id at all means the same as -1. */
export function stopOfNothing(payload: object): object | undefined {
  const { transactionId } = payload as { transactionId?: unknown };
  return transactionId === undefined || transactionId === null ? { ...payload, transactionId: 0 } : undefined;
}

async function endOf(
  transactionId: string,
  request: StopRequest,
  samples: readonly MeterSample[],
  context: MessageContext,
  authorization?: Authorization,
) {
  const { early, last } = await inParts(context, transactionId, samples);
  const data = { ...stopOf(request, last, context, { authorization, transactionId }), transactionId };
  return [...early, newEvent(TransactionEnded, { ...envelopeOf(context), time: data.at, data })];
}

/**
 * A station that never got an id for its start says -1 (errata 3.18), others say 0 or an id of another station. Sessions
 * finds out which start is meant; until then the message is kept.
 */
async function unknownEndOf(
  request: StopRequest,
  samples: readonly MeterSample[],
  context: MessageContext,
  quarantine: QuarantinePort,
  authorization?: Authorization,
) {
  if ((await partsOf(samples)).length > 1)
    throw new UnprocessableMessage(
      `transaction ${request.transactionId} was never given out, and there is too much of it`,
    );
  const kept = { action: 'StopTransaction', payload: request };
  const quarantineId = await quarantine.keepUnknownEnd(context, kept, request.transactionId);
  const claimedId = String(request.transactionId);
  const data = { ...stopOf(request, samples, context, { authorization }), quarantineId, claimedId };
  return newEvent(UnknownTransactionEnded, { ...envelopeOf(context), time: data.at, data });
}

/** The fields of a stop; without a transaction nobody knows whether that was told of on its connection. */
function stopOf(
  request: StopRequest,
  samples: readonly MeterSample[],
  context: MessageContext,
  { authorization, transactionId }: { authorization: Authorization | undefined; transactionId?: string },
) {
  const at = instant(request.timestamp);
  const queued = queuedEnd(context, at, transactionId);
  const sentFlag = transactionId === undefined ? undefined : sentAtConnectionFlag(context, at, transactionId);
  // Without a reason it was stopped at the station (errata 2.6).
  const [stoppedReason, trigger] = REASON[request.reason ?? 'Local'] ?? OTHER;
  return present({
    ...connectionFields(context),
    digest: digestOf(request),
    at,
    offline: queued !== 'not',
    trigger,
    idToken: idToken(request.idTag ?? ''),
    authorization: authorization && { status: authorization.status, by: authorization.by },
    stoppedReason,
    stoppedWord: wordAt(context, '/reason'),
    samples: [...samples, registerSample(at, request.meterStop, 'Transaction.End')],
    flags: flagsOf(context, tagFlag(request.idTag), queued === 'maybe' ? QUEUED_OR_BEHIND : sentFlag),
  });
}

/** Nothing in the answer to a stop is required. */
export const stopQuarantined: Quarantined<'ocpp1.6', 'StopTransaction'> = () => Promise.resolve({});
