import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, Needs, type QueryOf, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PartnerParams } from '../partners/partners.schema.js';
import { deliveriesList } from './deliveries.list.js';
import { DeliveryParams, DeliveryView, DeliveryWithAttempts, ReplaysBody, ReplaysView } from './deliveries.schema.js';
import { Deliveries } from './deliveries.service.js';

/** What a partner was told, and what it answered. */
@ApiController('ocpi-gateway', 'partners/:partnerId/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: Deliveries) {}

  @Get()
  @Endpoint({
    summary: 'What was sent, or is to be sent, to a partner',
    params: PartnerParams,
    list: deliveriesList,
    answer: DeliveryView,
  })
  list(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Query(checked(deliveriesList.query)) query: QueryOf<typeof deliveriesList>,
  ) {
    return this.deliveries.list(caller, partnerId, query);
  }

  @Get(':deliveryId')
  @Endpoint({
    summary: 'A delivery with its attempts and what the partner answered to each',
    params: DeliveryParams,
    answer: DeliveryWithAttempts,
  })
  get(@CallerOf() caller: Caller, @Param(checked(DeliveryParams)) params: Static<typeof DeliveryParams>) {
    return this.deliveries.get(caller, params);
  }

  @Post('replays')
  @HttpCode(200)
  @Needs('admin')
  @Endpoint({
    summary: 'Send once more what is settled, as it is now',
    params: PartnerParams,
    body: ReplaysBody,
    answer: ReplaysView,
  })
  replay(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Body(checked(ReplaysBody)) { deliveryIds }: ReplaysBody,
  ) {
    return this.deliveries.replay(caller, partnerId, deliveryIds);
  }
}
