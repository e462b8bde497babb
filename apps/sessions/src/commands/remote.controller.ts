import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, checked, Endpoint, Problems } from '@chargemesh/service';
import type { Static } from 'typebox';
import { RemoteParams, RemoteStartBody, RemoteView } from './remote.schema.js';
import { RemoteService } from './remote.service.js';

@ApiController('sessions', 'remote-starts')
export class RemoteController {
  constructor(private readonly remote: RemoteService) {}

  @Post()
  @HttpCode(202)
  @Problems('station-not-connected', 'evse-unknown', 'token-not-accepted')
  @Endpoint({
    summary: 'Start a session remotely; what the station says is to be looked up',
    body: RemoteStartBody,
    answer: RemoteView,
    status: 202,
  })
  start(@CallerOf() caller: Caller, @Body(checked(RemoteStartBody)) body: Static<typeof RemoteStartBody>) {
    return this.remote.start(caller, body);
  }

  @Get(':id')
  @Endpoint({ summary: 'What became of a remote start or stop', params: RemoteParams, answer: RemoteView })
  get(@CallerOf() caller: Caller, @Param(checked(RemoteParams)) { id }: Static<typeof RemoteParams>) {
    return this.remote.get(caller, id);
  }
}
