import { Injectable } from '@nestjs/common';
import { anyCase, validator } from '@chargemesh/contracts';
import { Outbox } from '@chargemesh/messaging';
import {
  OcpiRefusal,
  ReceivedToken,
  type ReceivedTokenPatch,
  type Token230,
  type VersionNumber,
  ocpiToken,
  statusCodes,
  tokenOf,
  tokenTypeOf,
} from '@chargemesh/ocpi';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators, type States, foreignCursor } from '@chargemesh/service';
import type { Static } from 'typebox';
import { ConnectionsStore } from '../connections/connections.store.js';
import type { Partner } from '../partners/partner.entity.js';
import { PartnersStore } from '../partners/partners.store.js';
import { type Parties, mayTellOf } from './parties.decide.js';
import { type StoredToken, missing, stateOf, told } from './tokens.decide.js';
import { type TokenKey, TokensStore } from './tokens.store.js';

type Said = Static<typeof Token230>;
/** What the address of a token says of it. */
export type TokenAddress = Pick<StoredToken, 'countryCode' | 'partyId' | 'uid' | 'type'>;

/** Columns of a token's key. */
const KEY_PARTS = 5;
/** Tokens that are told again in one transaction. */
const TOLD_AT_ONCE = 200;
/** Tokens that are found missing at once. */
const SLICE = 1_000;

const received = validator(ReceivedToken);

/** Tokens as partners tell of them. What was answered is in the log, or about to be: sessions has drivers charge by it. */
@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operators: KnownOperators,
    private readonly partners: PartnersStore,
    private readonly connections: ConnectionsStore,
    private readonly store: TokensStore,
    private readonly outbox: Outbox,
  ) {}

  /** What the topic of partners' tokens carries, to be told again to those who lost it. */
  readonly states: States = {
    next: async (tx, operatorIds, after) => {
      if (after && after.length !== KEY_PARTS) throw foreignCursor();
      const tokens = await this.store.behind(tx, operatorIds, after, TOLD_AT_ONCE);
      const last = tokens[TOLD_AT_ONCE - 1];
      const states = tokens.map((token) => stateOf(token, this.clock.now()));
      return {
        states,
        last: last && [last.operatorId, last.countryCode, last.partyId, last.anyCaseUid, last.type],
      };
    },
  };

  async get(partner: Partner, version: VersionNumber, address: TokenAddress): Promise<unknown> {
    const known = await this.within(partner, address, (tx) => this.find(tx, partner, address));
    if (known?.partnerId !== partner.partnerId) throw unknown(address, 404);
    return ocpiToken(version, known.token);
  }

  /** Creates a token, or replaces it by what is newer. */
  put(partner: Partner, address: TokenAddress, said: Static<typeof ReceivedToken>): Promise<void> {
    return this.within(partner, address, (tx, parties) =>
      this.take(tx, partner, [namedBy(address, tokenOf(said))], parties),
    );
  }

  /** Changes what is said of a token that is known; null takes away what may be absent. */
  patch(partner: Partner, address: TokenAddress, said: Static<typeof ReceivedTokenPatch>): Promise<void> {
    return this.within(partner, address, async (tx, parties) => {
      await this.lock(tx, partner, [address]);
      const known = await this.find(tx, partner, address);
      if (known?.partnerId !== partner.partnerId) throw unknown(address, 200);
      await this.take(tx, partner, [namedBy(address, tokenOf(received({ ...known.token, ...said })))], parties);
    });
  }

  /** Keeps what of these tokens is new, and tells of it. */
  private async take(tx: Transaction, partner: Partner, said: readonly Said[], parties: Parties): Promise<void> {
    await this.lock(
      tx,
      partner,
      said.map(({ country_code: countryCode, party_id: partyId }) => ({ countryCode, partyId })),
    );
    const { operatorId, partnerId } = partner;
    const now = this.clock.now();
    const known = await this.store.find(tx, keysOf(partner, said));
    await this.keep(tx, told(known, said, { operatorId, partnerId, ...parties }, now), now);
  }

  /** Keeps a page of a partner's list; what is of a party that it may not tell of is left out. */
  async takePage(tx: Transaction, partner: Partner, page: readonly Said[]): Promise<void> {
    const parties = await this.partiesOf(tx, partner);
    const said = page.filter(({ country_code: countryCode, party_id: partyId }) =>
      mayTellOf({ countryCode, partyId }, parties),
    );
    if (said.length === 0) return;
    await this.take(tx, partner, said, parties);
    await this.store.heard(tx, partner.partnerId, keysOf(partner, said), this.clock.now());
  }

  /** What the partner has told of before, and did not in the list that began then, may charge nobody until it does. */
  async missing(tx: Transaction, partner: Partner, before: Date): Promise<void> {
    for (let gone: StoredToken[]; (gone = await this.store.toldBefore(tx, partner, before, SLICE)).length > 0;) {
      await this.lock(tx, partner, gone);
      const now = this.clock.now();
      const known = await this.store.find(tx, gone);
      const changed = missing(known, partner, before, now);
      await this.keep(tx, changed, now);
      if (gone.length < SLICE) break;
    }
  }

  /** What decides whose tokens a partner may tell of. */
  private async partiesOf(tx: Transaction, partner: Partner): Promise<Parties> {
    const { operatorId, partnerId } = partner;
    const own = await this.operators.get(operatorId, tx);
    const connection = await this.connections.find(tx, partner);
    const all = await this.partners.parties(tx, operatorId);
    const others = all.filter((other) => other.partnerId !== partnerId);
    return { own, partner, roles: connection?.roles ?? [], others };
  }

  private async keep(tx: Transaction, tokens: readonly StoredToken[], now: Date): Promise<void> {
    await this.store.save(tx, tokens);
    await this.outbox.add(
      tx,
      tokens.map((token) => stateOf(token, now)),
    );
  }

  private within<T>(
    partner: Partner,
    address: TokenAddress,
    work: (tx: Transaction, parties: Parties) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction([partner.operatorId], async (tx) => {
      const parties = await this.partiesOf(tx, partner);
      if (!mayTellOf(address, parties))
        throw new OcpiRefusal(
          statusCodes.invalidParameters,
          `${address.countryCode}/${address.partyId} is not a party of yours`,
        );
      return work(tx, parties);
    });
  }

  private async find(
    tx: Transaction,
    { operatorId }: Partner,
    address: TokenAddress,
  ): Promise<StoredToken | undefined> {
    const [known] = await this.store.find(tx, [keyOf(operatorId, address)]);
    return known;
  }

  /** One change of a party's tokens at a time: of two, each would count for itself. */
  private lock(
    tx: Transaction,
    { operatorId }: Partner,
    parties: readonly Pick<TokenAddress, 'countryCode' | 'partyId'>[],
  ): Promise<void> {
    return tx.lock(parties.map(({ countryCode, partyId }) => `tokens:${operatorId}/${countryCode}/${partyId}`));
  }
}

/** What an address means; its words are of any case. */
export function addressOf(params: Readonly<Record<string, string>>, query: Readonly<Record<string, unknown>>) {
  const { country_code: country = '', party_id: party = '', uid = '' } = params;
  const type = query['type'] ?? 'RFID';
  if (typeof type !== 'string') throw new OcpiRefusal(statusCodes.invalidParameters, 'type is given more than once');
  return { countryCode: country.toUpperCase(), partyId: party.toUpperCase(), uid, type: tokenTypeOf(type) };
}

/** The token, whose address says the same of it. */
function namedBy(address: TokenAddress, token: Said): Said {
  const { countryCode, partyId, uid, type } = address;
  const differs = [
    ...(token.country_code === countryCode ? [] : ['country_code']),
    ...(token.party_id === partyId ? [] : ['party_id']),
    ...(anyCase(token.uid) === anyCase(uid) ? [] : ['uid']),
    ...(token.type === type ? [] : ['type']),
  ];
  if (differs.length === 0) return token;
  throw new OcpiRefusal(statusCodes.invalidParameters, `${differs.join(' and ')} of the token and of its URL differ`);
}

function keysOf({ operatorId }: Partner, said: readonly Said[]): TokenKey[] {
  return said.map(({ country_code: countryCode, party_id: partyId, uid, type }) =>
    keyOf(operatorId, { countryCode, partyId, uid, type }),
  );
}

function keyOf(operatorId: string, { countryCode, partyId, uid, type }: TokenAddress): TokenKey {
  return { operatorId, countryCode, partyId, anyCaseUid: anyCase(uid), type };
}

function unknown({ uid, type }: TokenAddress, status: 200 | 404): OcpiRefusal {
  return new OcpiRefusal(statusCodes.unknownToken, `no ${type} token with the uid ${uid} is known`, status);
}
