import { Body, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type Precondition,
  PreconditionOf,
  type QueryOf,
  checked,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { vatPartiesList } from './parties.list.js';
import {
  VatPartyBody,
  VatPartyParams,
  VatPartyView,
  VatTreatmentQuery,
  VatTreatmentView,
  vatPartyTag,
} from './parties.schema.js';
import { VatPartiesService } from './parties.service.js';

@ApiController('tariffs', 'vat-parties')
export class VatPartiesController {
  constructor(private readonly parties: VatPartiesService) {}

  @Get()
  @Endpoint({
    summary: 'Where the operator and its partners are established',
    list: vatPartiesList,
    answer: VatPartyView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(vatPartiesList.query)) query: QueryOf<typeof vatPartiesList>) {
    return this.parties.list(caller, query);
  }

  @Put(':countryCode/:partyId')
  @Endpoint({
    summary: 'Say where the operator or a partner is established, and whether it deals in electricity',
    params: VatPartyParams,
    body: VatPartyBody,
    answer: VatPartyView,
    etag: vatPartyTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(VatPartyParams)) params: Static<typeof VatPartyParams>,
    @Body(checked(VatPartyBody)) body: Static<typeof VatPartyBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.parties.put(caller, { ...params, ...body }, wanted);
  }

  @Get(':countryCode/:partyId')
  @Endpoint({
    summary: 'Where the operator or a partner is established',
    params: VatPartyParams,
    answer: VatPartyView,
    etag: vatPartyTag,
  })
  get(@CallerOf() caller: Caller, @Param(checked(VatPartyParams)) params: Static<typeof VatPartyParams>) {
    return this.parties.get(caller, params);
  }

  @Delete(':countryCode/:partyId')
  @HttpCode(204)
  @Endpoint({ summary: 'Forget where a party is established', params: VatPartyParams, etag: vatPartyTag, status: 204 })
  remove(
    @CallerOf() caller: Caller,
    @Param(checked(VatPartyParams)) params: Static<typeof VatPartyParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.parties.remove(caller, params, wanted);
  }
}

@ApiController('tariffs', 'vat-treatment')
export class VatTreatmentController {
  constructor(private readonly parties: VatPartiesService) {}

  @Get()
  @Endpoint({
    summary: 'Who owes the VAT of a kind of sale, and by which rule',
    query: VatTreatmentQuery,
    answer: VatTreatmentView,
  })
  get(@CallerOf() caller: Caller, @Query(checked(VatTreatmentQuery)) query: Static<typeof VatTreatmentQuery>) {
    return this.parties.treatment(caller, query);
  }
}
