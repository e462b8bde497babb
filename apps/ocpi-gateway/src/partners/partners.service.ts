import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, type Page, type QueryOf, problem, Precondition } from '@chargemesh/service';
import { ConnectionsStore } from '../connections/connections.store.js';
import type { Partner } from './partner.entity.js';
import { type PartnerBody, type PartnerView, partnerTag } from './partners.schema.js';
import { partnersList } from './partners.list.js';
import { PartnerTokens } from './partner-tokens.service.js';
import { PartnersStore } from './partners.store.js';

/** A partner as it is shown, but for the address that depends on how we were asked. */
export type PartnerShown = Omit<PartnerView, 'versionsUrl'>;

@Injectable()
export class PartnersService {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly store: PartnersStore,
    private readonly tokens: PartnerTokens,
    private readonly connections: ConnectionsStore,
  ) {}

  /** Creates a partner and its invitation, or changes the partner; the token is kept nowhere but in the first answer. */
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
      return { ...viewOf(partner), ...(known ? {} : { token: await this.tokens.only(tx, partner, 'invitation') }) };
    });
  }

  /** Invites a partner anew, which may be registered: until it registers by this, nothing changes. */
  invite(caller: Caller, partnerId: string): Promise<PartnerShown> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.store.lock(tx, partnerId);
      if (!known) throw problem('not-found', { partnerId });
      await this.audit.add(tx, caller, 'invite', 'partner', partnerId, {});
      return { ...viewOf(known), token: await this.tokens.invite(tx, known) };
    });
  }

  /** Makes a new token for a partner that does not register, but reads; those before are dead at once. */
  renewToken(caller: Caller, partnerId: string): Promise<PartnerShown> {
    return this.database.transaction([caller.operatorId], async (tx) => {
      const known = await this.store.lock(tx, partnerId);
      if (!known) throw problem('not-found', { partnerId });
      if (await this.connections.has(tx, known)) throw problem('partner-connected', { partnerId });
      await this.audit.add(tx, caller, 'renew-token', 'partner', partnerId, {});
      return { ...viewOf(known), token: await this.tokens.only(tx, known, 'access') };
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
}

function viewOf({ partnerId, name, countryCode, partyId, roles }: Partner): PartnerShown {
  return { partnerId, name, countryCode, partyId, roles };
}
