import { Get, Param, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { StationParams } from '../stations/stations.schema.js';
import { modelReadings, stationReadings } from './readings.list.js';
import { ModelReadingView, ReadingView } from './readings.schema.js';
import { ReadingsService } from './readings.service.js';

@ApiController('device-management')
export class ReadingsController {
  constructor(private readonly readings: ReadingsService) {}

  @Get('stations/:stationId/lenient-readings')
  @Endpoint({
    summary: 'How messages of the station were read that fit no schema',
    params: StationParams,
    list: stationReadings,
    answer: ReadingView,
  })
  ofStation(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Query(checked(stationReadings.query)) query: QueryOf<typeof stationReadings>,
  ) {
    return this.readings.ofStation(caller, stationId, query);
  }

  @Get('lenient-readings')
  @Endpoint({
    summary: 'How messages of stations were read that fit no schema, by vendor and model',
    list: modelReadings,
    answer: ModelReadingView,
  })
  byModel(@CallerOf() caller: Caller, @Query(checked(modelReadings.query)) query: QueryOf<typeof modelReadings>) {
    return this.readings.byModel(caller, query);
  }
}
