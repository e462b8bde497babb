import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { TariffBody, TariffParams, TariffView, TariffsQuery } from './tariffs.schema.js';
import { TariffsService } from './tariffs.service.js';

@Controller('api/tariffs/v1/tariffs')
export class TariffsController {
  constructor(private readonly tariffs: TariffsService) {}

  @Put(':tariffId')
  @Endpoint({
    summary: 'Publish a tariff, or a new version of it',
    params: TariffParams,
    body: TariffBody,
    answer: TariffView,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Body(checked(TariffBody)) body: Static<typeof TariffBody>,
  ) {
    return this.tariffs.put(caller, tariffId, body);
  }

  @Get()
  @Endpoint({ summary: 'Tariffs in their newest version', query: TariffsQuery, answer: pageOf(TariffView) })
  list(@CallerOf() caller: Caller, @Query(checked(TariffsQuery)) query: Static<typeof TariffsQuery>) {
    return this.tariffs.list(caller, query);
  }

  @Get(':tariffId')
  @Endpoint({ summary: 'A tariff in its newest version', params: TariffParams, answer: TariffView })
  get(@CallerOf() caller: Caller, @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>) {
    return this.tariffs.get(caller, tariffId);
  }

  @Get(':tariffId/versions')
  @Endpoint({
    summary: 'All versions of a tariff',
    params: TariffParams,
    query: TariffsQuery,
    answer: pageOf(TariffView),
  })
  versions(
    @CallerOf() caller: Caller,
    @Param(checked(TariffParams)) { tariffId }: Static<typeof TariffParams>,
    @Query(checked(TariffsQuery)) query: Static<typeof TariffsQuery>,
  ) {
    return this.tariffs.versions(caller, tariffId, query);
  }
}
