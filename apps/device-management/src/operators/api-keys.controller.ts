import { Body, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  ForInstallation,
  Needs,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { ApiKeysService } from './api-keys.service.js';
import { apiKeysList } from './operators.list.js';
import { ApiKeyBody, ApiKeyParams, ApiKeyView, OperatorParams, apiKeyTag } from './operators.schema.js';

@ApiController('device-management', 'operators/:operatorId/api-keys')
@ForInstallation()
@Needs('admin')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @Endpoint({
    summary: 'Create an API key; the answer is the only one that shows it',
    params: OperatorParams,
    body: ApiKeyBody,
    answer: ApiKeyView,
    status: 201,
  })
  create(
    @CallerOf() caller: Caller,
    @Param(checked(OperatorParams)) { operatorId }: Static<typeof OperatorParams>,
    @Body(checked(ApiKeyBody)) body: Static<typeof ApiKeyBody>,
  ) {
    return this.apiKeys.create(caller, operatorId, body);
  }

  @Put(':apiKeyId')
  @Problems('id-taken', 'conflict')
  @Endpoint({
    summary: 'Create an API key with a given id (shown once), or change its name, role and expiry',
    params: ApiKeyParams,
    body: ApiKeyBody,
    answer: ApiKeyView,
    etag: apiKeyTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(ApiKeyParams)) { operatorId, apiKeyId }: Static<typeof ApiKeyParams>,
    @Body(checked(ApiKeyBody)) body: Static<typeof ApiKeyBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.apiKeys.put(caller, operatorId, apiKeyId, body, wanted);
  }

  @Delete(':apiKeyId')
  @HttpCode(204)
  @Endpoint({ summary: 'Revoke an API key', params: ApiKeyParams, etag: apiKeyTag, status: 204 })
  revoke(
    @CallerOf() caller: Caller,
    @Param(checked(ApiKeyParams)) { operatorId, apiKeyId }: Static<typeof ApiKeyParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.apiKeys.revoke(caller, operatorId, apiKeyId, wanted);
  }

  @Get(':apiKeyId')
  @Endpoint({
    summary: 'An API key, without the key itself',
    params: ApiKeyParams,
    answer: ApiKeyView,
    etag: apiKeyTag,
  })
  get(@CallerOf() caller: Caller, @Param(checked(ApiKeyParams)) { operatorId, apiKeyId }: Static<typeof ApiKeyParams>) {
    return this.apiKeys.get(caller, operatorId, apiKeyId);
  }

  @Get()
  @Endpoint({
    summary: 'The API keys of an operator',
    params: OperatorParams,
    list: apiKeysList,
    answer: ApiKeyView,
  })
  list(
    @CallerOf() caller: Caller,
    @Param(checked(OperatorParams)) { operatorId }: Static<typeof OperatorParams>,
    @Query(checked(apiKeysList.query)) query: QueryOf<typeof apiKeysList>,
  ) {
    return this.apiKeys.list(caller, operatorId, query);
  }
}
