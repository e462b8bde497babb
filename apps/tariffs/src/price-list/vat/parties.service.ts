import { Injectable } from '@nestjs/common';
import { present } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, Precondition, type QueryOf, problem } from '@chargemesh/service';
import { localDay } from './local-day.js';
import { vatPartiesList } from './parties.list.js';
import {
  type VatPartyBody,
  type VatPartyParams,
  type VatPartyView,
  type VatTreatmentQuery,
  type VatTreatmentView,
  vatPartyTag,
} from './parties.schema.js';
import { VatPartiesStore, type VatPartyRow } from './parties.store.js';
import type { VatTreatment } from './treatment.decide.js';
import { VAT_RULES } from './treatment.rules.js';
import { isVatNumberFrom } from './vat-number.js';

/** Where the operator and its partners are established, by which the VAT of what is sold to partners is decided. */
@Injectable()
export class VatPartiesService {
  constructor(
    private readonly database: Database,
    private readonly store: VatPartiesStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  list({ operatorId }: Caller, query: QueryOf<typeof vatPartiesList>): Promise<Page<VatPartyView>> {
    return this.database.transaction([operatorId], (tx) => vatPartiesList.page(tx, operatorId, query, viewOf));
  }

  /** Of sessions that begin from now on; those before keep what was decided at their start. */
  put(caller: Caller, party: VatPartyParams & VatPartyBody, wanted: Precondition): Promise<VatPartyView> {
    const { vatNumber, establishedIn } = party;
    if (vatNumber !== undefined && !isVatNumberFrom(vatNumber, establishedIn))
      throw problem('bad-request', { detail: `it is no VAT number of ${establishedIn}`, pointer: '/vatNumber' });
    return this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock([lockOf(caller, party)]);
      const known = await this.store.find(tx, party);
      wanted.demand(known && vatPartyTag.of(viewOf(known)));
      await this.store.save(tx, caller.operatorId, party);
      await this.audit.add(tx, caller, 'change', 'vat-party', nameOf(party), party);
      return party;
    });
  }

  async get(caller: Caller, party: VatPartyParams): Promise<VatPartyView> {
    const known = await this.database.transaction([caller.operatorId], (tx) => this.store.find(tx, party));
    if (!known) throw problem('not-found', { ...party });
    return viewOf(known);
  }

  async remove(caller: Caller, party: VatPartyParams, wanted: Precondition): Promise<void> {
    await this.database.transaction([caller.operatorId], async (tx) => {
      await tx.lock([lockOf(caller, party)]);
      const known = await this.store.find(tx, party);
      if (!known) throw problem('not-found', { ...party });
      wanted.demand(vatPartyTag.of(viewOf(known)));
      await this.store.remove(tx, party);
      await this.audit.add(tx, caller, 'remove', 'vat-party', nameOf(party), party);
    });
  }

  async treatment({ operatorId }: Caller, { customer, countryCode, partyId, country }: VatTreatmentQuery) {
    const isNamed = countryCode !== undefined && partyId !== undefined;
    if ((customer === 'roaming') !== isNamed) {
      throw problem('bad-request', { detail: 'a partner has a countryCode and a partyId, and nobody else has' });
    }
    const about = {
      id: '',
      operatorId,
      country,
      isAdHoc: customer === 'ad-hoc',
      day: localDay(this.clock.now(), 'UTC'),
    };
    const sale = { ...about, ...present({ countryCode, partyId }) };
    const treatments = await this.database.transaction([operatorId], (tx) => this.store.treatments(tx, [sale]));
    const [treatment] = treatments.values();
    return treatment ? treatmentView(treatment) : undefined;
  }
}

function treatmentView(decided: VatTreatment): VatTreatmentView {
  if (decided.treatment === 'not-decided') return decided;
  return { ...decided, rule: { name: decided.rule, ...VAT_RULES[decided.rule] } };
}

function viewOf({ countryCode, partyId, establishedIn, vatNumber, isDealer: dealer }: VatPartyRow): VatPartyView {
  return { countryCode, partyId, establishedIn, ...present({ vatNumber }), dealer };
}

function lockOf({ operatorId }: Caller, party: VatPartyParams): string {
  return `vat-party:${operatorId}:${nameOf(party)}`;
}

function nameOf({ countryCode, partyId }: VatPartyParams): string {
  return `${countryCode}/${partyId}`;
}
