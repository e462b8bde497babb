import { valuesOf } from '../meter/in-parts.js';
import { samples2 } from '../meter/samples.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x J01: values outside a transaction; those inside travel in TransactionEvent. */
export const meterValues: FromStation2<'MeterValues', 'events'> = async (request, context, { events }) => {
  await events.append(await valuesOf(context, request.evseId, await samples2(request.meterValue)));
  return {};
};
