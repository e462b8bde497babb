import { Body, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
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
import { LocationBody, LocationParams, LocationView, locationTag } from './locations.schema.js';
import { locationsList } from './locations.list.js';
import { LocationsService } from './locations.service.js';

@ApiController('device-management', 'locations')
export class LocationsController {
  constructor(private readonly locations: LocationsService) {}

  @Put(':locationId')
  @Problems('id-taken')
  @Endpoint({
    summary: 'Create or change a location',
    params: LocationParams,
    body: LocationBody,
    answer: LocationView,
    etag: locationTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(LocationParams)) { locationId }: Static<typeof LocationParams>,
    @Body(checked(LocationBody)) body: Static<typeof LocationBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.locations.put(caller, locationId, body, wanted);
  }

  @Delete(':locationId')
  @HttpCode(204)
  @Problems('in-use')
  @Endpoint({
    summary: 'Remove a location that has no stations',
    params: LocationParams,
    etag: locationTag,
    status: 204,
  })
  remove(
    @CallerOf() caller: Caller,
    @Param(checked(LocationParams)) { locationId }: Static<typeof LocationParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.locations.remove(caller, locationId, wanted);
  }

  @Get(':locationId')
  @Endpoint({ summary: 'A location', params: LocationParams, answer: LocationView, etag: locationTag })
  get(@CallerOf() caller: Caller, @Param(checked(LocationParams)) { locationId }: Static<typeof LocationParams>) {
    return this.locations.get(caller, locationId);
  }

  @Get()
  @Endpoint({ summary: 'The locations of the operator', list: locationsList, answer: LocationView })
  list(@CallerOf() caller: Caller, @Query(checked(locationsList.query)) query: QueryOf<typeof locationsList>) {
    return this.locations.list(caller, query);
  }
}
