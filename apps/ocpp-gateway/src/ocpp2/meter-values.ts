import { valuesOf } from '../meter/in-parts.js';
import { samples2 } from '../meter/samples.js';
import { heardAt } from '../station/flags.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x J01: values outside a transaction; those inside travel in TransactionEvent. */
export const meterValues: FromStation2<'MeterValues', 'events'> = async (request, context, { events }) => {
  const samples = await samples2(request.meterValue);
  const last = samples.at(-1);
  if (last) heardAt(context, last.at);
  await events.append(await valuesOf(context, request.evseId, samples));
  return {};
};
