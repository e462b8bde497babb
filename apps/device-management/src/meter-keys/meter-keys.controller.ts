import { Body, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  checked,
  Endpoint,
  Needs,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { MeterKeyBody, MeterKeyParams, MeterKeyView, meterKeyTag } from './meter-keys.schema.js';
import { meterKeysList } from './meter-keys.list.js';
import { MeterKeysService } from './meter-keys.service.js';

@ApiController('device-management', 'meter-keys')
export class MeterKeysController {
  constructor(private readonly keys: MeterKeysService) {}

  @Put(':meterKeyId')
  @Needs('admin')
  @Problems('id-taken', 'public-key-unreadable', 'meter-key-taken')
  @Endpoint({
    summary: 'Enter the public key of a meter, or confirm one that a station said',
    params: MeterKeyParams,
    body: MeterKeyBody,
    answer: MeterKeyView,
    etag: meterKeyTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(MeterKeyParams)) { meterKeyId }: Static<typeof MeterKeyParams>,
    @Body(checked(MeterKeyBody)) body: Static<typeof MeterKeyBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.keys.put(caller, meterKeyId, body, wanted);
  }

  @Delete(':meterKeyId')
  @Needs('admin')
  @HttpCode(204)
  @Endpoint({ summary: 'Retire a key', params: MeterKeyParams, etag: meterKeyTag, status: 204 })
  retire(
    @CallerOf() caller: Caller,
    @Param(checked(MeterKeyParams)) { meterKeyId }: Static<typeof MeterKeyParams>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.keys.retire(caller, meterKeyId, wanted);
  }

  @Get(':meterKeyId')
  @Endpoint({ summary: 'A key of a meter', params: MeterKeyParams, answer: MeterKeyView, etag: meterKeyTag })
  get(@CallerOf() caller: Caller, @Param(checked(MeterKeyParams)) { meterKeyId }: Static<typeof MeterKeyParams>) {
    return this.keys.get(caller, meterKeyId);
  }

  @Get()
  @Endpoint({
    summary: 'The keys of meters, those that are retired or were refused included',
    list: meterKeysList,
    answer: MeterKeyView,
  })
  list(@CallerOf() caller: Caller, @Query(checked(meterKeysList.query)) query: QueryOf<typeof meterKeysList>) {
    return this.keys.list(caller, query);
  }
}
