import { Country, Uuid, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type } from 'typebox';

export const ShortfallView = Type.Object({
  code: oneOf('afir-components', 'afir-difference-unjustified', 'afir-price-not-shown', 'currency-not-of-location'),
  assignmentId: Uuid,
  tariffId: Uuid,
  tariffVersion: Type.Integer({ minimum: 1 }),
  country: Country,
  detail: text(2_000),
});

nameSchemas({ Shortfall: ShortfallView });
