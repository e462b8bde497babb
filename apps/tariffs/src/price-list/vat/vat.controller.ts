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
import { VatRateBody, VatRateParams, VatRateView, vatRateTag } from './vat.schema.js';
import { vatRatesList } from './vat.list.js';
import { VatService } from './vat.service.js';

@ApiController('tariffs', 'vat-rates')
export class VatController {
  constructor(private readonly vat: VatService) {}

  @Get()
  @Endpoint({ summary: 'VAT by country and day', list: vatRatesList, answer: VatRateView })
  list(@CallerOf() caller: Caller, @Query(checked(vatRatesList.query)) query: QueryOf<typeof vatRatesList>) {
    return this.vat.list(caller, query);
  }

  @Put(':country/:validFrom')
  @Endpoint({
    summary: "Set the operator's rate of a country from a day on",
    params: VatRateParams,
    body: VatRateBody,
    answer: VatRateView,
    etag: vatRateTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(VatRateParams)) params: Static<typeof VatRateParams>,
    @Body(checked(VatRateBody)) { percentage }: Static<typeof VatRateBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.vat.put(caller, { ...params, percentage }, wanted);
  }

  @Get(':country/:validFrom')
  @Endpoint({
    summary: "A rate of the operator's own",
    params: VatRateParams,
    answer: VatRateView,
    etag: vatRateTag,
  })
  get(@CallerOf() caller: Caller, @Param(checked(VatRateParams)) params: Static<typeof VatRateParams>) {
    return this.vat.get(caller, params);
  }

  @Delete(':country/:validFrom')
  @HttpCode(204)
  @Endpoint({ summary: "Remove a rate of the operator's own", params: VatRateParams, etag: vatRateTag, status: 204 })
  remove(
    @CallerOf() caller: Caller,
    @Param(checked(VatRateParams)) params: Static<typeof VatRateParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.vat.remove(caller, params, wanted);
  }
}
