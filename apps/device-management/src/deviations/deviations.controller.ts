import { Get, Param, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { StationParams } from '../stations/stations.schema.js';
import { modelDeviations, stationDeviations } from './deviations.list.js';
import { ModelDeviationView, DeviationView } from './deviations.schema.js';
import { DeviationsService } from './deviations.service.js';

@ApiController('device-management')
export class DeviationsController {
  constructor(private readonly deviations: DeviationsService) {}

  @Get('stations/:stationId/lenient-readings')
  @Endpoint({
    summary: 'How messages of the station were read that fit no schema',
    params: StationParams,
    list: stationDeviations,
    answer: DeviationView,
  })
  ofStation(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Query(checked(stationDeviations.query)) query: QueryOf<typeof stationDeviations>,
  ) {
    return this.deviations.ofStation(caller, stationId, query);
  }

  @Get('lenient-readings')
  @Endpoint({
    summary: 'How messages of stations were read that fit no schema, by vendor and model',
    list: modelDeviations,
    answer: ModelDeviationView,
  })
  byModel(@CallerOf() caller: Caller, @Query(checked(modelDeviations.query)) query: QueryOf<typeof modelDeviations>) {
    return this.deviations.byModel(caller, query);
  }
}
