import { Currency, Instant, OcpiTariff, Uuid, text } from '@chargemesh/contracts';
import { PageQuery } from '@chargemesh/service';
import { Type } from 'typebox';

export const TariffParams = Type.Object({ tariffId: Uuid });

export const TariffBody = Type.Object({
  name: text(100),
  /** An OCPI 2.2.1 or 2.3.0 Tariff object; its prices, restrictions and limits count. */
  tariff: OcpiTariff,
});

export const TariffView = Type.Object({
  id: Uuid,
  version: Type.Integer({ minimum: 1 }),
  name: text(100),
  currency: Currency,
  tariff: OcpiTariff,
  publishedAt: Instant,
});

export const TariffsQuery = Type.Object(PageQuery);
