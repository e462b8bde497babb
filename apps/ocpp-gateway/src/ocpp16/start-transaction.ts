import { TransactionStarted, newEvent, present } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import { REFUSED } from '../authorization/authorization.js';
import { instant, registerSample } from '../meter/samples.js';
import type { Recurrence, StartIdentity } from '../transaction-ids/transaction-ids.store.js';
import { type MessageContext, envelopeOf, connectionFields } from '../station/message-context.js';
import type { FromStation, Quarantined } from '../station/ports.js';
import { digestOf } from '../station/digest.js';
import { flagsOf, hasNoTime, heardAt, wordAt } from '../station/flags.js';
import { lateStartFlag } from '../station/late-start.js';
import { inRange } from '../station/ranges.js';
import { idTagInfo, idToken, tagFlag } from './id-tag.js';

type StartRequest = Request<'ocpp1.6', 'StartTransaction'>;

const DAY_MS = 86_400_000;

/**
 * OCPP 1.6 §4.8. A retry (same connector, time, tag and meter) gets the id and the answer it was given the first time.
 * Where the clock is not set two starts may be the same in all of these (ADR 6). The answer is stored before the event is
 * appended, and every retry appends the event again, so that the two never disagree.
 */
export const startTransaction: FromStation<
  'ocpp1.6',
  'StartTransaction',
  'authorization' | 'events' | 'transactionIds'
> = async (request, context, { authorization, events, transactionIds }) => {
  const start = await transactionIds.issue(context, identityOf(request, context));
  const transactionId = String(start.transactionId);
  const token = idToken(request.idTag);
  const query = token && inRange({ idToken: token, evseId: request.connectorId, transactionId });
  const ask = () => (query ? authorization.authorize(context, query) : REFUSED);
  const answer = start.answer ?? (await transactionIds.answer(context, start.transactionId, await ask()));
  const at = instant(request.timestamp);
  const started = {
    ...connectionFields(context),
    transactionId,
    evseId: request.connectorId,
    connectorId: 1,
    digest: digestOf(request),
    at,
    offline: false,
    trigger: 'Authorized',
    idToken: token,
    authorization: { status: answer.status, by: answer.by },
    reservationId: request.reservationId,
    samples: [registerSample(at, request.meterStart, 'Transaction.Begin')],
    flags: flagsOf(context, tagFlag(request.idTag), lateStartFlag(context, at, false)),
  };
  heardAt(context, at, transactionId);
  await events.append([
    newEvent(TransactionStarted, { ...envelopeOf(context), time: at, data: present(inRange(started)) }),
  ]);
  return { transactionId: start.transactionId, idTagInfo: idTagInfo(answer) };
};

/** An unprocessable start gets an id as well, since the station's queue waits for one (§3.7.1); its token is refused. */
export const startQuarantined: Quarantined<'ocpp1.6', 'StartTransaction', 'transactionIds'> = async (
  payload,
  context,
  { transactionIds },
) => {
  const startKey = digestOf(['quarantined', payload]);
  // The connector and the time are unreadable.
  const { transactionId } = await transactionIds.issue(context, { startKey, connectorId: 0, recursAfter: 'end' });
  return { transactionId, idTagInfo: { status: 'Invalid' } };
};

function identityOf(
  { connectorId, timestamp, idTag, meterStart }: StartRequest,
  context: MessageContext,
): StartIdentity {
  // Starts without a time cannot be told apart by it: the same content is a retry until the transaction is over.
  if (hasNoTime(context))
    return { startKey: digestOf([connectorId, null, idTag, meterStart]), connectorId, recursAfter: 'end' };
  const at = instant(timestamp);
  // How a time without a zone is read may change until the retry; its text does not.
  const written = wordAt(context, '/timestamp', 'time-zone') ?? at;
  const startKey = digestOf([connectorId, written, idTag, meterStart]);
  return {
    startKey,
    connectorId,
    recursAfter: context.toldTimes?.stoodAt(at, context.receivedAt)
      ? 'end'
      : recurrenceOf(Math.abs(Date.parse(context.receivedAt) - Date.parse(at))),
  };
}

/** A clock that is a year off was never set and may not run; one that is days off may restart at each boot. */
function recurrenceOf(offMs: number): Recurrence | undefined {
  if (offMs > 365 * DAY_MS) return 'end';
  return offMs > DAY_MS ? 'boot' : undefined;
}
