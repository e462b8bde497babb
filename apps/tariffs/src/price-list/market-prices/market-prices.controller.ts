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
  MarketDayBody,
  MarketDayParams,
  MarketDayView,
  PriceSeriesBody,
  PriceSeriesParams,
  PriceSeriesView,
  priceSeriesTag,
  marketDayTag,
} from './market-prices.schema.js';
import { priceSeriesList } from './price-series.list.js';
import { MarketPricesService } from './market-prices.service.js';

@ApiController('tariffs', 'price-series')
export class MarketPricesController {
  constructor(private readonly prices: MarketPricesService) {}

  @Put(':seriesId')
  @Problems('price-series-fixed', 'time-zone-unknown')
  @Endpoint({
    summary: 'Name the prices of a market, for tariffs to follow',
    params: PriceSeriesParams,
    body: PriceSeriesBody,
    answer: PriceSeriesView,
    etag: priceSeriesTag,
  })
  putSeries(
    @CallerOf() caller: Caller,
    @Param(checked(PriceSeriesParams)) { seriesId }: Static<typeof PriceSeriesParams>,
    @Body(checked(PriceSeriesBody)) body: Static<typeof PriceSeriesBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.prices.putSeries(caller, seriesId, body, wanted);
  }

  @Get()
  @Endpoint({ summary: 'Prices of markets', list: priceSeriesList, answer: PriceSeriesView })
  listSeries(
    @CallerOf() caller: Caller,
    @Query(checked(priceSeriesList.query)) query: QueryOf<typeof priceSeriesList>,
  ) {
    return this.prices.listSeries(caller, query);
  }

  @Get(':seriesId')
  @Endpoint({ summary: 'A series of prices', params: PriceSeriesParams, answer: PriceSeriesView, etag: priceSeriesTag })
  getSeries(
    @CallerOf() caller: Caller,
    @Param(checked(PriceSeriesParams)) { seriesId }: Static<typeof PriceSeriesParams>,
  ) {
    return this.prices.getSeries(caller, seriesId);
  }

  @Put(':seriesId/:day')
  @Problems('market-prices-count')
  @Endpoint({
    summary: 'Import the prices of a day, for sessions that begin from now on',
    params: MarketDayParams,
    body: MarketDayBody,
    answer: MarketDayView,
    etag: marketDayTag,
  })
  putDay(
    @CallerOf() caller: Caller,
    @Param(checked(MarketDayParams)) params: Static<typeof MarketDayParams>,
    @Body(checked(MarketDayBody)) body: Static<typeof MarketDayBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.prices.putDay(caller, params, body, wanted);
  }

  @Get(':seriesId/:day')
  @Endpoint({
    summary: 'The newest prices of a day',
    params: MarketDayParams,
    answer: MarketDayView,
    etag: marketDayTag,
  })
  getDay(@CallerOf() caller: Caller, @Param(checked(MarketDayParams)) params: Static<typeof MarketDayParams>) {
    return this.prices.getDay(caller, params);
  }
}
