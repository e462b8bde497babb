import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { type PriceSeries, SERIES_COLUMNS } from './market-prices.store.js';

export const priceSeriesList = new ApiList(
  new KeysetList<PriceSeries>({ from: 'price_series', columns: SERIES_COLUMNS, key: { series_id: 'text' } }),
);
