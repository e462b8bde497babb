import { Get, Query } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { PriceDisplayQuery, PriceDisplayView } from './price-display.schema.js';
import { PriceDisplayService } from './price-display.service.js';

@ApiController('tariffs', 'price-display')
export class PriceDisplayController {
  constructor(private readonly display: PriceDisplayService) {}

  @Get()
  @Endpoint({
    summary: 'The prices of a place, exact, in the order of the law and in its language',
    query: PriceDisplayQuery,
    answer: PriceDisplayView,
  })
  show(@CallerOf() caller: Caller, @Query(checked(PriceDisplayQuery)) query: Static<typeof PriceDisplayQuery>) {
    return this.display.show(caller, query);
  }
}
