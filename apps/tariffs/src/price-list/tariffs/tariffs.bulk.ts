import { bulkController } from '@chargemesh/service';
import { TariffBody, TariffParams } from './tariffs.schema.js';
import { TariffsService, locksOf } from './tariffs.service.js';

export const TariffsBulkController = bulkController('tariffs', {
  path: 'tariffs',
  summary: 'Publish tariffs, or new versions of them, at once',
  params: TariffParams,
  body: TariffBody,
  service: TariffsService,
  locks: ({ tariffId }, caller) => locksOf(caller, tariffId),
  put: async (tariffs, caller) => {
    const publisher = await tariffs.publisherOf(caller);
    return (tx, { tariffId }, body) => tariffs.putIn(tx, caller, publisher, tariffId, body);
  },
});
