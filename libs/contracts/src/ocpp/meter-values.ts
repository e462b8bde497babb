import { Type } from 'typebox';
import { event } from '../contract.js';
import { EvseId } from '../fields.js';
import { messageIdentity } from './envelope.js';
import { MeterSample } from './samples.js';
import { stationEvents } from './topics.js';

/** Meter values outside a transaction. */
export const MeterValuesReceived = event(stationEvents, 'meter-values-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: { ...messageIdentity, evseId: EvseId, samples: Type.Array(MeterSample, { maxItems: 2_000 }) },
});
