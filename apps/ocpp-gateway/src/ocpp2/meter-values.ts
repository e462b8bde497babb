import { MeterValuesReceived, newEvent } from '@chargemesh/contracts';
import { samples2 } from '../meter/samples.js';
import { about, byMessage } from '../station/call.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x J01: values outside a transaction; those inside travel in TransactionEvent. */
export const meterValues: FromStation2<'MeterValues'> = async (request, call, { tell }) => {
  const data = { ...byMessage(call, request), evseId: request.evseId, samples: samples2(request.meterValue) };
  await tell([newEvent(MeterValuesReceived, { ...about(call), data })]);
  return {};
};
