import { Get, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import { StationTariffView } from './station-tariffs.schema.js';
import { stationTariffsList } from './station-tariffs.list.js';
import { StationTariffsService } from './station-tariffs.service.js';

@ApiController('tariffs', 'station-tariffs')
export class StationTariffsController {
  constructor(private readonly tariffs: StationTariffsService) {}

  @Get()
  @Endpoint({
    summary: 'What OCPP 2.1 stations were told of the prices at their EVSEs',
    list: stationTariffsList,
    answer: StationTariffView,
  })
  list(
    @CallerOf() caller: Caller,
    @Query(checked(stationTariffsList.query)) query: QueryOf<typeof stationTariffsList>,
  ) {
    return this.tariffs.list(caller, query);
  }
}
