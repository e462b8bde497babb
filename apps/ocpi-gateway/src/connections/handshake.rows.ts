import { Credentials, ReceivedCredentials, type Row } from '@chargemesh/ocpi';
import { type Static, Type } from 'typebox';
import type { Context } from '../ocpi/ports.js';

type Told = Static<typeof ReceivedCredentials>;
type Asked = Parameters<Row<Context>['handle']>[0];

const at = ({ version, base }: Asked) => ({ version, versionsUrl: `${base}/versions` });

/** The credentials module of a version: the same for both sides, and open to who was invited, who is told 405 of what comes later. */
export const credentials = {
  GET: {
    invited: true,
    answer: Credentials,
    handle: async (asked, { visitor, ports }) => ({ data: await ports.handshake.show(visitor, at(asked)) }),
  },
  POST: {
    invited: true,
    body: ReceivedCredentials,
    answer: Credentials,
    handle: async (asked, { visitor, ports }) => ({
      data: await ports.handshake.register(visitor, at(asked), asked.body as Told),
    }),
  },
  PUT: {
    invited: true,
    body: ReceivedCredentials,
    answer: Credentials,
    handle: async (asked, { visitor, ports }) => ({
      data: await ports.handshake.update(visitor, at(asked), asked.body as Told),
    }),
  },
  DELETE: {
    invited: true,
    answer: Type.Null(),
    async handle(_, { visitor, ports }) {
      await ports.handshake.end(visitor);
      return { data: null };
    },
  },
} satisfies Record<string, Row<Context>>;
