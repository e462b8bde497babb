import { Body, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { PublishBody, TariffBody, TariffParams, TariffView, tariffTag } from './tariffs.schema.js';
import { tariffsList, versionsList } from './tariffs.list.js';
import { TariffsService } from './tariffs.service.js';

@ApiController('tariffs', 'tariffs')
export class TariffsController {
  constructor(private readonly tariffs: TariffsService) {}

  @Put(':tariffId')
  @Problems(
    'id-taken',
    'tariff-invalid',
    'price-per-minute-inexact',
    'afir-components',
    'currency-not-of-location',
    'price-series-unknown',
    'price-series-currency',
  )
  @Endpoint({
    summary: 'Publish a tariff, or a new version of it, at once',
    params: TariffParams,
    body: TariffBody,
    answer: TariffView,
    etag: tariffTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Body(checked(TariffBody)) body: Static<typeof TariffBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.tariffs.put(caller, tariffId, body, wanted);
  }

  @Put(':tariffId/draft')
  @Problems('tariff-invalid', 'price-per-minute-inexact', 'price-series-unknown', 'price-series-currency')
  @Endpoint({
    summary: 'Save what a tariff may become; nothing is priced by it',
    params: TariffParams,
    body: TariffBody,
    answer: TariffView,
    etag: tariffTag,
  })
  saveDraft(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Body(checked(TariffBody)) body: Static<typeof TariffBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.tariffs.saveDraft(caller, tariffId, body, wanted);
  }

  @Delete(':tariffId/draft')
  @HttpCode(204)
  @Endpoint({ summary: 'Drop the draft of a tariff', params: TariffParams, etag: tariffTag, status: 204 })
  dropDraft(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.tariffs.dropDraft(caller, tariffId, wanted);
  }

  @Post(':tariffId/publish')
  @HttpCode(200)
  @Problems(
    'no-draft',
    'valid-from-past',
    'id-taken',
    'tariff-invalid',
    'price-per-minute-inexact',
    'afir-components',
    'currency-not-of-location',
    'price-series-unknown',
    'price-series-currency',
  )
  @Endpoint({
    summary: 'Publish the draft of a tariff, now or from a time to come',
    params: TariffParams,
    body: PublishBody,
    answer: TariffView,
  })
  publish(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Body(checked(PublishBody)) body: Static<typeof PublishBody>,
  ) {
    return this.tariffs.publish(caller, tariffId, body);
  }

  @Get()
  @Endpoint({
    summary: 'Tariffs in their newest version, with their drafts',
    list: tariffsList,
    answer: TariffView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(tariffsList.query)) query: QueryOf<typeof tariffsList>) {
    return this.tariffs.list(caller, query);
  }

  @Get(':tariffId')
  @Endpoint({
    summary: 'A tariff in its newest version, with its draft',
    params: TariffParams,
    answer: TariffView,
    etag: tariffTag,
  })
  get(@CallerOf() caller: Caller, @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>) {
    return this.tariffs.get(caller, tariffId);
  }

  @Get(':tariffId/versions')
  @Endpoint({
    summary: 'All versions of a tariff',
    params: TariffParams,
    list: versionsList,
    answer: TariffView,
  })
  versions(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Query(checked(versionsList.query)) query: QueryOf<typeof versionsList>,
  ) {
    return this.tariffs.versions(caller, tariffId, query);
  }
}
