import { Type } from 'typebox';
import { event } from '../contract.js';
import { optional, text } from '../fields.js';
import { connectionFields } from './envelope.js';
import { stationEvents } from './topics.js';
import { OcppVersion } from './vocabulary.js';

/** Counts of a station's messages that do not fit their schema and were read leniently; published periodically. */
export const MessagesReadLeniently = event(stationEvents, 'messages-read-leniently', {
  identity: ['stationId', 'epoch', 'receivedAt'],
  data: {
    ...connectionFields,
    ocppVersion: OcppVersion,
    readings: Type.Array(
      Type.Object({
        action: text(50),
        rule: text(30),
        /** Where it was first, a JSON pointer into the payload with `*` for elements of lists, and what stood there. */
        path: text(255),
        word: optional(text(255)),
        /** Messages since the last event. */
        count: Type.Integer({ minimum: 1 }),
      }),
      { minItems: 1, maxItems: 50 },
    ),
  },
});
