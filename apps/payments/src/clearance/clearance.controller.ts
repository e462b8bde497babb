import { Get } from '@nestjs/common';
import { Country, oneOf, optional, text } from '@chargemesh/contracts';
import { ApiController, type Caller, CallerOf, Endpoint, nameSchemas } from '@chargemesh/service';
import { Type } from 'typebox';
import { PlacesStore } from '../projections/places.store.js';
import { clearanceOf } from './clearance.decide.js';

const AdHocClearance = Type.Object({
  country: Country,
  /** Of the operator, there. */
  stations: Type.Integer({ minimum: 0 }),
  cleared: Type.Boolean(),
  reason: optional(oneOf('not-looked-up', 'registration-missing')),
  /** Where it is said what the country's tax law asks of a sale. */
  source: optional(text(500)),
  /** Whether the text itself was read, or what others say of it. */
  evidence: optional(oneOf('primary', 'secondary')),
});
const AdHocClearances = Type.Object({ countries: Type.Array(AdHocClearance, { maxItems: 300 }) });
nameSchemas({ AdHocClearance, AdHocClearances });

/** For which countries an operator's sales to drivers without a contract are cleared, and why not. */
@ApiController('payments', 'ad-hoc-clearance')
export class ClearanceController {
  constructor(private readonly places: PlacesStore) {}

  @Get()
  @Endpoint({
    summary: 'Whether ad hoc sales are cleared in the countries where the operator has stations',
    answer: AdHocClearances,
  })
  async get(@CallerOf() { operatorId }: Caller) {
    return { countries: clearanceOf(await this.places.countriesOf(operatorId)) };
  }
}
