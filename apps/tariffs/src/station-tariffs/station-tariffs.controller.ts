import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { StationTariffView, StationTariffsQuery } from './station-tariffs.schema.js';
import { StationTariffsService } from './station-tariffs.service.js';

@Controller('api/tariffs/v1/station-tariffs')
export class StationTariffsController {
  constructor(private readonly tariffs: StationTariffsService) {}

  @Get()
  @Endpoint({
    summary: 'What OCPP 2.1 stations were told of the prices at their EVSEs',
    query: StationTariffsQuery,
    answer: pageOf(StationTariffView),
  })
  list(@CallerOf() caller: Caller, @Query(checked(StationTariffsQuery)) query: Static<typeof StationTariffsQuery>) {
    return this.tariffs.list(caller, query);
  }
}
