import { Body, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { stations as stationsTopic } from '@chargemesh/contracts';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  type HttpRequest,
  type HttpResponse,
  Live,
  type LiveFeed,
  Needs,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { CredentialsService } from '../credentials/credentials.service.js';
import { variablesList } from '../observations/variables.list.js';
import { ObservationsService } from '../observations/observations.service.js';
import {
  CredentialsBody,
  CredentialsView,
  StationBody,
  StationParams,
  StationView,
  VariableView,
  stationTag,
} from './stations.schema.js';
import { stationsList } from './stations.list.js';
import { StationsService } from './stations.service.js';

@ApiController('device-management', 'stations')
export class StationsController {
  private readonly feed: LiveFeed<StationView>;

  constructor(
    private readonly stations: StationsService,
    private readonly credentials: CredentialsService,
    private readonly observations: ObservationsService,
    live: Live,
  ) {
    this.feed = live.feed({
      service: 'device-management',
      topic: stationsTopic,
      snapshot: (operatorId) => stations.first(operatorId),
      load: (operatorId, ids) => stations.those(operatorId, ids),
    });
  }

  @Put(':stationId')
  @Problems('station-id-taken', 'evse-uid-taken', 'location-unknown', 'conflict')
  @Endpoint({
    summary: 'Create or change a station with its EVSEs and connectors',
    params: StationParams,
    body: StationBody,
    answer: StationView,
    etag: stationTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Body(checked(StationBody)) body: Static<typeof StationBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.stations.put(caller, stationId, body, wanted);
  }

  @Delete(':stationId')
  @HttpCode(204)
  @Problems('in-use')
  @Endpoint({
    summary: 'Remove a station on which nobody charges',
    params: StationParams,
    etag: stationTag,
    status: 204,
  })
  remove(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.stations.remove(caller, stationId, wanted);
  }

  @Get('live')
  @Endpoint({
    summary: 'Stations as they change: the first 500 as they are, then every change (server-sent events)',
    answer: StationView,
    contentType: 'text/event-stream',
  })
  live(@CallerOf() caller: Caller, @Req() request: HttpRequest, @Res() response: HttpResponse) {
    return this.feed.follow(caller, request, response);
  }

  @Get(':stationId')
  @Endpoint({ summary: 'A station as it is now', params: StationParams, answer: StationView, etag: stationTag })
  get(@CallerOf() caller: Caller, @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>) {
    return this.stations.get(caller, stationId);
  }

  @Get()
  @Endpoint({ summary: 'The stations of the operator', list: stationsList, answer: StationView })
  list(@CallerOf() caller: Caller, @Query(checked(stationsList.query)) query: QueryOf<typeof stationsList>) {
    return this.stations.list(caller, query);
  }

  @Post(':stationId/release')
  @HttpCode(200)
  @Problems('conflict')
  @Endpoint({ summary: 'Accept the station from its next boot on', params: StationParams, answer: StationView })
  release(@CallerOf() caller: Caller, @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>) {
    return this.stations.release(caller, stationId);
  }

  @Put(':stationId/credentials')
  @Needs('admin')
  @Endpoint({
    summary: 'Set or generate the password of a station; the one before stays valid until the new one was used',
    params: StationParams,
    body: CredentialsBody,
    answer: CredentialsView,
  })
  setCredentials(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Body(checked(CredentialsBody)) body: Static<typeof CredentialsBody>,
  ) {
    return this.credentials.set(caller, stationId, body);
  }

  @Get(':stationId/variables')
  @Endpoint({
    summary: 'What the station reported of its device model',
    params: StationParams,
    list: variablesList,
    answer: VariableView,
  })
  variables(
    @CallerOf() caller: Caller,
    @Param(checked(StationParams)) { stationId }: Static<typeof StationParams>,
    @Query(checked(variablesList.query)) query: QueryOf<typeof variablesList>,
  ) {
    return this.observations.variables(caller, stationId, query);
  }
}
