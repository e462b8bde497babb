import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, type Page, type QueryOf, SecretHasher, problem, Precondition } from '@chargemesh/service';
import type { Partner } from './partner.entity.js';
import { type PartnerBody, type PartnerView, partnerTag } from './partners.schema.js';
import { partnersList } from './partners.list.js';
import { PartnersStore } from './partners.store.js';

const TOKEN_BYTES = 32;

/** A partner as it is shown, but for the address that depends on how we were asked. */
export type PartnerShown = Omit<PartnerView, 'versionsUrl'>;

@Injectable()
export class PartnersService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly hasher: SecretHasher,
    private readonly store: PartnersStore,
  ) {}

  /** Creates a partner and its token, or changes the partner; the token is kept nowhere but in the first answer. */
  put(caller: Caller, partnerId: string, body: PartnerBody, wanted = Precondition.none): Promise<PartnerShown> {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      // One that is not there is not created by two at the same time.
      await tx.lock([`partner:${operatorId}/${partnerId}`]);
      const known = await this.store.lock(tx, partnerId);
      wanted.demand(known ? partnerTag.of(viewOf(known)) : undefined);
      const partner: Partner = { operatorId, partnerId, ...body, roles: body.roles ?? known?.roles ?? ['EMSP'] };
      if (known && isDeepStrictEqual({ ...known }, partner)) return viewOf(partner);
      await this.store.save(tx, partner);
      await this.audit.add(tx, caller, known ? 'change' : 'create', 'partner', partnerId, body);
      return { ...viewOf(partner), ...(known ? {} : { token: await this.newToken(tx, partner) }) };
    });
  }

  /** Makes a new token; the one before is dead at once. */
  renewToken(caller: Caller, partnerId: string): Promise<PartnerShown> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.store.lock(tx, partnerId);
      if (!known) throw problem('not-found', { partnerId });
      await this.audit.add(tx, caller, 'renew-token', 'partner', partnerId, {});
      return { ...viewOf(known), token: await this.newToken(tx, known) };
    });
  }

  async get({ operatorId }: Caller, partnerId: string): Promise<PartnerShown> {
    const known = await this.database.transaction([operatorId], (tx) => this.store.find(tx, partnerId));
    if (!known) throw problem('not-found', { partnerId });
    return viewOf(known);
  }

  list({ operatorId }: Caller, query: QueryOf<typeof partnersList>): Promise<Page<PartnerShown>> {
    return this.database.transaction([operatorId], (tx) => partnersList.page(tx, operatorId, query, viewOf));
  }

  /** The partner that one of these tokens belongs to. */
  identify(tokens: readonly string[]): Promise<Partner | undefined> {
    const hashes = tokens.flatMap((token) => this.hasher.hashesOf(token));
    return this.database.transaction([], async (tx) => {
      const found = await this.store.tokensOf(tx, hashes);
      const row = found.find(({ hash }) => hashes.some((said) => this.hasher.equal(said, hash)));
      if (!row) return undefined;
      await tx.see([row.operatorId]);
      return (await this.store.find(tx, row.partnerId)) ?? undefined;
    });
  }

  private async newToken(tx: Transaction, { operatorId, partnerId }: Partner): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await this.store.saveToken(tx, { hash: this.hasher.hash(token), operatorId, partnerId });
    return token;
  }
}

function viewOf({ partnerId, name, countryCode, partyId, roles }: Partner): PartnerShown {
  return { partnerId, name, countryCode, partyId, roles };
}
