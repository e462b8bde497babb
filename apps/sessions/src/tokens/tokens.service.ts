import { Injectable } from '@nestjs/common';
import { TokenState, anyCase, newEvent } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import { Database, type Transaction } from '@chargemesh/persistence';
import {
  Audit,
  type Caller,
  Clock,
  KnownOperators,
  type Page,
  Precondition,
  type Put,
  type QueryOf,
  problem,
  statesOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { Token } from './token.entity.js';
import { tokensList } from './tokens.list.js';
import { type TokenBody, type TokenView, tokenTag } from './tokens.schema.js';
import { TokensStore } from './tokens.store.js';

type Body = Static<typeof TokenBody>;
type View = Static<typeof TokenView>;
type Party = Pick<Token, 'countryCode' | 'partyId'>;

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
  async put(caller: Caller, uid: string, body: Body, wanted = Precondition.none): Promise<View> {
    const own = await this.partyOf(caller);
    return this.database.transaction(
      [caller.operatorId],
      async (tx) => (await this.putIn(tx, caller, own, uid, body, wanted)).view,
    );
  }

  /** As `put`, in a transaction with others. */
  async putIn(
    tx: Transaction,
    caller: Caller,
    own: Party,
    uid: string,
    body: Body,
    wanted = Precondition.none,
  ): Promise<Put<View>> {
    const { operatorId } = caller;
    const party = { countryCode: body.countryCode ?? own.countryCode, partyId: body.partyId ?? own.partyId };
    await tx.lock(locksOf(caller, uid));
    const known = await this.store.find(tx, { uid, ...party });
    wanted.demand(known ? tokenTag.of(viewOf(known)) : undefined);
    if (known && known.partnerId !== null) throw problem('token-of-partner', { partnerId: known.partnerId });
    const token = tokenOf(operatorId, known?.uid ?? uid, party, body, (known?.version ?? 0) + 1);
    const view = viewOf(token);
    if (known && JSON.stringify(viewOf(known)) === JSON.stringify(view)) return { status: 'unchanged', view };
    await this.write(tx, [token]);
    await this.audit.add(tx, caller, known ? 'change' : 'create', 'token', token.uid, body);
    return { status: known ? 'updated' : 'created', view };
  }

  /** Makes a token for a start that is asked for; false where there is one with its uid. */
  async make(tx: Transaction, token: Omit<Token, 'version'>): Promise<boolean> {
    await tx.lock(locksOf(token, token.uid));
    const known = await this.store.withUids(tx, [token.uid]);
    if (known.some(({ operatorId }) => operatorId === token.operatorId)) return false;
    await this.write(tx, [{ ...token, version: 1 }]);
    return true;
  }

  /** Has nobody charge by a token that was made for a start. */
  async withdraw(tx: Transaction, operatorId: string, uid: string): Promise<void> {
    await tx.lock(locksOf({ operatorId }, uid));
    for (const token of await this.store.withUids(tx, [uid])) {
      const isOfStart = token.type === 'AD_HOC_USER' && token.partnerId === null;
      if (token.operatorId !== operatorId || !isOfStart || !token.valid) continue;
      await this.write(tx, [{ ...token, valid: false, version: token.version + 1 }]);
    }
  }

  /** Forgets tokens of starts whose time was over before then; gives how many were looked at. What is changed meanwhile stays. */
  async forgetOfStarts(tx: Transaction, before: Date, limit: number): Promise<number> {
    const over = await this.store.ofStartsOver(tx, before, limit);
    if (over.length === 0) return 0;
    const gone = await this.store.remove(tx, over);
    await this.outbox.add(
      tx,
      gone.map((token) => this.stateOf({ ...token, version: token.version + 1 }, true)),
    );
    return over.length;
  }

  /** The operator's own party, which issues tokens unless they say another. */
  async partyOf({ operatorId }: Caller): Promise<Party> {
    const own = await this.operators.get(operatorId);
    if (!own) throw problem('unavailable', { detail: 'the operator is not known here yet' });
    return own;
  }

  async get(caller: Caller, uid: string): Promise<View> {
    const [token] = await this.database.transaction([caller.operatorId], (tx) => this.store.withUids(tx, [uid]));
    if (!token) throw problem('not-found', { uid });
    return viewOf(token);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof tokensList>): Promise<Page<View>> {
    return this.database.transaction([operatorId], (tx) => tokensList.page(tx, operatorId, query, viewOf));
  }

  /** Keeps tokens and tells of them; the caller has locked them. */
  async write(tx: Transaction, tokens: readonly Token[]): Promise<void> {
    await this.store.save(tx, tokens);
    await this.outbox.add(
      tx,
      tokens.map((token) => this.stateOf(token)),
    );
  }

  private stateOf(token: Token, deleted = false) {
    const { operatorId, version } = token;
    const time = this.clock.now().toISOString();
    return newEvent(TokenState, { operatorId, time, data: { ...viewOf(token), operatorId, version, deleted } });
  }
}

/** What is locked for a change of a token. */
export function locksOf({ operatorId }: Pick<Caller, 'operatorId'>, uid: string): string[] {
  return [`token:${operatorId}/${anyCase(uid)}`];
}

function tokenOf(operatorId: string, uid: string, party: Party, body: Body, version: number): Token {
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
    partnerId: null,
  };
}

function viewOf(token: Token): View {
  const { uid, type, valid, contractId, issuer, whitelist, groupId, visualNumber, expiresAt, partnerId } = token;
  const { countryCode, partyId } = token;
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
    ...(partnerId === null ? {} : { partnerId }),
  };
}
