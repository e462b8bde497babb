import { Injectable } from '@nestjs/common';
import { TokenState, anyCase, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  KnownOperators,
  type Page,
  type QueryOf,
  problem,
  statesOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { Token } from './token.entity.js';
import { tokensList } from './tokens.list.js';
import type { TokenBody, TokenView } from './tokens.schema.js';
import { TokensStore } from './tokens.store.js';

type Body = Static<typeof TokenBody>;
type View = Static<typeof TokenView>;

/** The operator's own tokens: who may charge without anybody else being asked. */
@Injectable()
export class TokensService {
  readonly states = statesOf(Token, ['operatorId', 'uid', 'countryCode', 'partyId'], (_tx, tokens) =>
    tokens.map((token) => this.stateOf(token)),
  );

  constructor(
    private readonly database: Database,
    private readonly store: TokensStore,
    private readonly outbox: Outbox,
    private readonly operators: KnownOperators,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Creates or changes a token; the same content again changes nothing. */
  async put(caller: Caller, uid: string, body: Body): Promise<View> {
    const { operatorId } = caller;
    const own = await this.operators.get(operatorId);
    if (!own) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    const party = { countryCode: body.countryCode ?? own.countryCode, partyId: body.partyId ?? own.partyId };
    return this.database.transaction([operatorId], async (tx) => {
      await tx.lock([`token:${operatorId}/${anyCase(uid)}`]);
      const known = await this.store.find(tx, { uid, ...party });
      const token = tokenOf(operatorId, known?.uid ?? uid, party, body, (known?.version ?? 0) + 1);
      if (known && JSON.stringify(viewOf(known)) === JSON.stringify(viewOf(token))) return viewOf(known);
      await this.store.save(tx, token);
      await this.outbox.add(tx, [this.stateOf(token)]);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'token', token.uid, body);
      return viewOf(token);
    });
  }

  async get(caller: Caller, uid: string): Promise<View> {
    const [token] = await this.database.transaction([caller.operatorId], (tx) => this.store.withUids(tx, [uid]));
    if (!token) throw problem('not-found', { uid });
    return viewOf(token);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof tokensList>): Promise<Page<View>> {
    return this.database.transaction([operatorId], (tx) => tokensList.page(tx, operatorId, query, viewOf));
  }

  private stateOf(token: Token) {
    const { operatorId, version } = token;
    const time = this.clock.now().toISOString();
    return newEvent(TokenState, { operatorId, time, data: { ...viewOf(token), operatorId, version, deleted: false } });
  }
}

function tokenOf(
  operatorId: string,
  uid: string,
  party: { countryCode: string; partyId: string },
  body: Body,
  version: number,
): Token {
  const { type, valid, contractId, issuer, whitelist, groupId = null, visualNumber = null, expiresAt } = body;
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  return {
    operatorId,
    uid,
    ...party,
    version,
    type,
    valid,
    contractId,
    issuer,
    whitelist,
    groupId,
    visualNumber,
    expiresAt: expires,
  };
}

function viewOf(token: Token): View {
  const { uid, type, valid, contractId, issuer, whitelist, groupId, visualNumber, expiresAt, countryCode, partyId } =
    token;
  return {
    uid,
    type,
    valid,
    contractId,
    issuer,
    whitelist,
    ...(groupId === null ? {} : { groupId }),
    ...(visualNumber === null ? {} : { visualNumber }),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    countryCode,
    partyId,
  };
}
