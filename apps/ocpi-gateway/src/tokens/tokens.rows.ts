import { ReceivedToken, ReceivedTokenPatch, type Row } from '@chargemesh/ocpi';
import { type Static, type TSchema, Type } from 'typebox';
import type { Context } from '../ocpi/ports.js';
import { addressOf } from './tokens.service.js';

const query = Type.Object({
  type: Type.Optional(Type.String({ description: 'TokenType; `RFID`, if absent' })),
});
const ADDRESS = '/:country_code/:party_id/:uid';

/** The tokens module, as its receiver. OCPI 2.2.1 and 2.3.0, mod_tokens, "Receiver Interface". */
export const tokens = (Token: TSchema) =>
  ({
    [`GET ${ADDRESS}`]: {
      query,
      answer: Token,
      async handle({ version, params, query: said }, { visitor, ports }) {
        return { data: await ports.tokens.get(visitor.partner, version, addressOf(params, said)) };
      },
    },
    [`PUT ${ADDRESS}`]: {
      query,
      body: ReceivedToken,
      answer: Type.Null(),
      async handle({ params, query: said, body }, { visitor, ports }) {
        await ports.tokens.put(visitor.partner, addressOf(params, said), body as Static<typeof ReceivedToken>);
        return { data: null };
      },
    },
    [`PATCH ${ADDRESS}`]: {
      query,
      body: ReceivedTokenPatch,
      answer: Type.Null(),
      async handle({ params, query: said, body }, { visitor, ports }) {
        await ports.tokens.patch(visitor.partner, addressOf(params, said), body as Static<typeof ReceivedTokenPatch>);
        return { data: null };
      },
    },
  }) satisfies Record<`${string} /${string}`, Row<Context>>;
