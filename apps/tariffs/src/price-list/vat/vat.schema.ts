import { Country, matching, oneOf } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const VatRateParams = Type.Object({
  country: Country,
  /** The first day, by the clock of the location. */
  validFrom: Type.String({ format: 'date', pattern: '^(19|20)', description: 'a day from 1900 to 2099' }),
});
export type VatRateParams = Static<typeof VatRateParams>;

export const VatRateBody = Type.Object({
  /** Of components that have no `vat` of their own. */
  percentage: matching(
    '^\\d{1,2}(\\.\\d{1,4})?$',
    'a percentage below 100 as text, with at most four decimals, such as "19"',
  ),
});
export type VatRateBody = Static<typeof VatRateBody>;

export const VatRateView = Type.Object({
  ...VatRateParams.properties,
  ...VatRateBody.properties,
  /** Where an operator has rates of its own for a country, the standard ones do not count there. */
  source: oneOf('standard', 'operator'),
});
export type VatRateView = Static<typeof VatRateView>;
export const vatRateTag = new ETag<VatRateView>();

nameSchemas({ VatRateBody, VatRate: VatRateView });
