import { TransactionUpdated, newEvent, present } from '@chargemesh/contracts';
import { inParts, valuesOf } from '../meter/in-parts.js';
import { samples16 } from '../meter/samples.js';
import { envelopeOf, connectionFields } from '../station/message-context.js';
import type { FromStation, Quarantined } from '../station/ports.js';
import { digestOf } from '../station/digest.js';
import { isTransactionId } from '../transaction-ids/transaction-id.js';
import { flagsOf, heardAt } from '../station/flags.js';

/**
 * OCPP 1.6 §4.7. With a transaction id that the station was given it updates the transaction; any other id counts as
 * none.
 */
export const meterValues: FromStation<'ocpp1.6', 'MeterValues', 'events' | 'transactionIds'> = async (
  request,
  context,
  { events, transactionIds },
) => {
  const samples = await samples16(request.meterValue);
  const last = samples.at(-1);
  if (!last) return {};
  heardAt(context, last.at, request.transactionId === undefined ? undefined : String(request.transactionId));
  const evseId = request.connectorId;
  const { transactionId } = request;
  const isNamed = transactionId !== undefined && isTransactionId(transactionId);
  if (!isNamed || !(await transactionIds.mayBeIssued(context, transactionId))) {
    await events.append(await valuesOf(context, evseId, samples));
    return {};
  }
  const parts = await inParts(context, String(transactionId), samples);
  const data = {
    ...connectionFields(context),
    transactionId: String(transactionId),
    evseId,
    connectorId: 1,
    digest: digestOf(parts.last),
    at: last.at,
    offline: false,
    trigger: 'MeterValuePeriodic',
    samples: parts.last,
    flags: flagsOf(context),
  };
  const update = newEvent(TransactionUpdated, { ...envelopeOf(context), time: last.at, data: present(data) });
  await events.append([...parts.early, update]);
  return {};
};

/** Only those that name a transaction are kept; others may be answered with an error. */
export const meterValuesQuarantined: Quarantined<'ocpp1.6', 'MeterValues'> = (payload) =>
  Object.hasOwn(Object(payload) as object, 'transactionId') ? Promise.resolve({}) : undefined;
