import { Controller, Get, Param, Query } from '@nestjs/common';
import { type Caller, CallerOf, Endpoint, checked, pageOf } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PageOnly, StationParams } from '../stations/stations.schema.js';
import { ModelReadingView, ReadingView } from './readings.schema.js';
import { ReadingsService } from './readings.service.js';

@Controller('api/device-management/v1')
export class ReadingsController {
  constructor(private readonly readings: ReadingsService) {}

  @Get('stations/:stationId/lenient-readings')
  @Endpoint({
    summary: 'How messages of the station were read that fit no schema',
    params: StationParams,
    query: PageOnly,
    answer: pageOf(ReadingView),
  })
  ofStation(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Query(checked(PageOnly)) query: Static<typeof PageOnly>,
  ) {
    return this.readings.ofStation(caller, stationId, query);
  }

  @Get('lenient-readings')
  @Endpoint({
    summary: 'How messages of stations were read that fit no schema, by vendor and model',
    query: PageOnly,
    answer: pageOf(ModelReadingView),
  })
  byModel(@CallerOf() caller: Caller, @Query(checked(PageOnly)) query: Static<typeof PageOnly>) {
    return this.readings.byModel(caller, query);
  }
}
