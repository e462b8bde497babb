import { Body, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
  checked,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { type Asked, PublicUrl } from '../ocpi/public-url.js';
import { PartnerBody, PartnerParams, PartnerView, partnerTag } from './partners.schema.js';
import { partnersList } from './partners.list.js';
import { type PartnerShown, PartnersService } from './partners.service.js';

@ApiController('ocpi-gateway', 'partners')
export class PartnersController {
  constructor(
    private readonly partners: PartnersService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Put(':partnerId')
  @Needs('admin')
  @Endpoint({
    summary: 'Create a partner, and invite it: the answer is the only one that shows its token; or change it',
    params: PartnerParams,
    body: PartnerBody,
    answer: PartnerView,
    etag: partnerTag,
  })
  async put(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Body(checked(PartnerBody)) body: Static<typeof PartnerBody>,
    @Req() request: Asked,
    @PreconditionOf() wanted: Precondition,
  ): Promise<PartnerView> {
    return this.withUrl(request)(await this.partners.put(caller, partnerId, body, wanted));
  }

  @Post(':partnerId/token')
  @Needs('admin')
  @HttpCode(200)
  @Problems('partner-connected')
  @Endpoint({
    summary: 'Make a new token for a partner that reads without registering; those before are dead at once',
    params: PartnerParams,
    answer: PartnerView,
  })
  async renewToken(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Req() request: Asked,
  ): Promise<PartnerView> {
    return this.withUrl(request)(await this.partners.renewToken(caller, partnerId));
  }

  @Post(':partnerId/invitation')
  @Needs('admin')
  @HttpCode(200)
  @Endpoint({
    summary: 'Invite a partner anew; the invitation before is dead at once',
    params: PartnerParams,
    answer: PartnerView,
  })
  async invite(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Req() request: Asked,
  ): Promise<PartnerView> {
    return this.withUrl(request)(await this.partners.invite(caller, partnerId));
  }

  @Get(':partnerId')
  @Endpoint({ summary: 'A partner', params: PartnerParams, answer: PartnerView, etag: partnerTag })
  async get(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Req() request: Asked,
  ): Promise<PartnerView> {
    return this.withUrl(request)(await this.partners.get(caller, partnerId));
  }

  @Get()
  @Endpoint({ summary: 'The partners of the operator', list: partnersList, answer: PartnerView })
  async list(
    @CallerOf() caller: Caller,
    @Query(checked(partnersList.query)) query: QueryOf<typeof partnersList>,
    @Req() request: Asked,
  ): Promise<{ items: PartnerView[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.partners.list(caller, query);
    return { items: items.map(this.withUrl(request)), nextCursor };
  }

  private withUrl(request: Asked): (partner: PartnerShown) => PartnerView {
    const versionsUrl = `${this.publicUrl.ocpi(request)}/versions`;
    return (partner) => ({ ...partner, versionsUrl });
  }
}
