import { Body, Get, Param, Put, Query } from '@nestjs/common';
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
import {
  LocationGroupBody,
  LocationGroupParams,
  LocationGroupView,
  locationGroupTag,
} from './location-groups.schema.js';
import { locationGroupsList } from './location-groups.list.js';
import { LocationGroupsService } from './location-groups.service.js';

@ApiController('tariffs', 'location-groups')
export class LocationGroupsController {
  constructor(private readonly groups: LocationGroupsService) {}

  @Put(':locationGroupId')
  @Problems('id-taken', 'location-unknown', 'location-grouped', 'afir-components', 'currency-not-of-location')
  @Endpoint({
    summary: 'Name a group of locations that are priced together',
    params: LocationGroupParams,
    body: LocationGroupBody,
    answer: LocationGroupView,
    etag: locationGroupTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(LocationGroupParams)) { locationGroupId }: Static<typeof LocationGroupParams>,
    @Body(checked(LocationGroupBody)) body: Static<typeof LocationGroupBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.groups.put(caller, locationGroupId, body, wanted);
  }

  @Get()
  @Endpoint({ summary: 'Groups of locations', list: locationGroupsList, answer: LocationGroupView })
  list(
    @CallerOf() caller: Caller,
    @Query(checked(locationGroupsList.query)) query: QueryOf<typeof locationGroupsList>,
  ) {
    return this.groups.list(caller, query);
  }

  @Get(':locationGroupId')
  @Endpoint({
    summary: 'A group of locations',
    params: LocationGroupParams,
    answer: LocationGroupView,
    etag: locationGroupTag,
  })
  get(
    @CallerOf() caller: Caller,
    @Param(checked(LocationGroupParams)) { locationGroupId }: Static<typeof LocationGroupParams>,
  ) {
    return this.groups.get(caller, locationGroupId);
  }
}
