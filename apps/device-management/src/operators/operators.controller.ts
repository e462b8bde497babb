import { Body, Get, Param, Put, Query } from '@nestjs/common';
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
import { OperatorBody, OperatorParams, OperatorView, SettingsBody, operatorTag } from './operators.schema.js';
import { operatorsList } from './operators.list.js';
import { OperatorsService } from './operators.service.js';

@ApiController('device-management', 'operators')
@ForInstallation()
export class OperatorsController {
  constructor(private readonly operators: OperatorsService) {}

  @Put(':operatorId')
  @Needs('admin')
  @Problems('id-taken')
  @Endpoint({
    summary: 'Create or change an operator (installation administrator)',
    params: OperatorParams,
    body: OperatorBody,
    answer: OperatorView,
    etag: operatorTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(OperatorParams)) { operatorId }: Static<typeof OperatorParams>,
    @Body(checked(OperatorBody)) body: Static<typeof OperatorBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.operators.put(caller, operatorId, body, wanted);
  }

  @Get(':operatorId')
  @Endpoint({ summary: 'An operator', params: OperatorParams, answer: OperatorView, etag: operatorTag })
  get(@CallerOf() caller: Caller, @Param(checked(OperatorParams)) { operatorId }: Static<typeof OperatorParams>) {
    return this.operators.get(caller, operatorId);
  }

  @Put(':operatorId/settings')
  @Needs('admin')
  @Endpoint({
    summary: 'Change how the sessions of an operator are billed; what is left out is as the default has it',
    params: OperatorParams,
    body: SettingsBody,
    answer: OperatorView,
    etag: operatorTag,
  })
  putSettings(
    @CallerOf() caller: Caller,
    @Param(checked(OperatorParams)) { operatorId }: Static<typeof OperatorParams>,
    @Body(checked(SettingsBody)) body: Static<typeof SettingsBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.operators.putSettings(caller, operatorId, body, wanted);
  }

  @Get()
  @Endpoint({ summary: 'The operators that the caller may see', list: operatorsList, answer: OperatorView })
  list(@CallerOf() caller: Caller, @Query(checked(operatorsList.query)) query: QueryOf<typeof operatorsList>) {
    return this.operators.list(caller, query);
  }
}
