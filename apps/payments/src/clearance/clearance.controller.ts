import { Body, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { Country, Instant, Note, oneOf, optional, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  Audit,
  type Caller,
  CallerOf,
  Clock,
  Endpoint,
  Needs,
  checked,
  nameSchemas,
  problem,
} from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import type { Clearance, OwnClearance } from './clearance.decide.js';
import { Clearances } from './clearances.service.js';
import { ClearancesStore } from './clearances.store.js';

const ClearanceBody = Type.Object({
  /** How the operator knows, and meets, what the country's tax law asks of each sale. */
  reason: Note,
});
const OwnAdHocClearance = Type.Object({ country: Country, ...ClearanceBody.properties, by: text(200), at: Instant });
const AdHocClearance = Type.Object({
  country: Country,
  /** Of the operator, there. */
  stations: Type.Integer({ minimum: 0 }),
  cleared: Type.Boolean(),
  reason: optional(oneOf('not-looked-up', 'registration-missing', 'registration-not-set-up')),
  /** Where it is said what the country's tax law asks of a sale. */
  source: optional(text(500)),
  /** Whether the text itself was read, or what others say of it. */
  evidence: optional(oneOf('primary', 'secondary')),
  /** When somebody last looked there. */
  lookedUpOn: optional(Type.String({ format: 'date' })),
  /** Where each sale is registered: by which fiscal systems that can be done here. */
  systems: optional(Type.Array(text(40), { maxItems: 20 })),
  /** That the operator has cleared it itself, whatever is known here. */
  own: optional(OwnAdHocClearance),
});
const AdHocClearances = Type.Object({ countries: Type.Array(AdHocClearance, { maxItems: 300 }) });
const ClearancePath = Type.Object({ country: Country });
nameSchemas({ AdHocClearance, AdHocClearances, AdHocClearanceBody: ClearanceBody, OwnAdHocClearance });

/** For which countries an operator's sales to drivers without a contract are cleared, and why not. Nothing is sold in others. */
@ApiController('payments', 'ad-hoc-clearance')
export class ClearanceController {
  constructor(
    private readonly clearances: Clearances,
    private readonly store: ClearancesStore,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Whether ad hoc sales are cleared in the countries where the operator has locations, or has cleared them',
    answer: AdHocClearances,
  })
  async get(@CallerOf() { operatorId }: Caller) {
    return { countries: (await this.clearances.of(operatorId)).map(viewOf) };
  }

  @Put(':country')
  @Needs('admin')
  @Endpoint({
    summary: 'Clear ad hoc sales in a country, on your own account and with a reason',
    params: ClearancePath,
    body: ClearanceBody,
    answer: OwnAdHocClearance,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(ClearancePath)) { country }: Static<typeof ClearancePath>,
    @Body(checked(ClearanceBody)) { reason }: Static<typeof ClearanceBody>,
  ) {
    const { operatorId, subject: by } = caller;
    const own = { country, reason, by, at: this.clock.now() };
    return this.database.transaction([operatorId], async (tx) => {
      await this.store.put(tx, operatorId, own);
      await this.audit.add(tx, caller, 'put', 'ad-hoc-clearance', country, { reason });
      return ownView(own);
    });
  }

  @Delete(':country')
  @Needs('admin')
  @HttpCode(204)
  @Endpoint({ summary: 'Take such a clearance back: nothing more is sold there', params: ClearancePath, status: 204 })
  remove(@CallerOf() caller: Caller, @Param(checked(ClearancePath)) { country }: Static<typeof ClearancePath>) {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      if (!(await this.store.find(tx, operatorId, country))) throw problem('not-found', { country });
      await this.store.remove(tx, operatorId, country);
      await this.audit.add(tx, caller, 'remove', 'ad-hoc-clearance', country, {});
    });
  }
}

function viewOf({ own, systems, ...clearance }: Clearance): Static<typeof AdHocClearance> {
  return { ...clearance, ...(systems ? { systems: [...systems] } : {}), ...(own ? { own: ownView(own) } : {}) };
}

function ownView({ at, ...own }: OwnClearance): Static<typeof OwnAdHocClearance> {
  return { ...own, at: at.toISOString() };
}
