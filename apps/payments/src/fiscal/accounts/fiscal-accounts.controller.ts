import { Body, Get, Param, Put } from '@nestjs/common';
import { Country, matching, oneOf, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  Audit,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  checked,
  nameSchemas,
  problem,
} from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { FISCAL_SYSTEMS } from '../fiscal.port.js';
import { type AccountState, FiscalAccounts, isSystemOf } from './fiscal-accounts.service.js';
import { FiscalAccountsStore } from './fiscal-accounts.store.js';

const FiscalAccountBody = Type.Object({
  system: oneOf(...FISCAL_SYSTEMS),
  /** The id of the operator's register there: a till, a device, a place of business. */
  register: matching('^[\\w-]{1,100}$', 'letters, digits, hyphens and underscores'),
  /** Of its secret, which the deployment holds beside those of payment providers; never the secret itself. */
  secretName: matching('^[a-z0-9][a-z0-9-]{0,62}$', 'small letters, digits and hyphens, such as "fiscal-austria"'),
  /** Whether sales are cleared by it. What was sold is registered in any case. */
  enabled: Type.Optional(Type.Boolean({ default: true })),
});
const FiscalAccountView = Type.Object({
  country: Country,
  system: text(40),
  register: text(100),
  secretName: text(63),
  enabled: Type.Boolean(),
  state: oneOf('ready', 'disabled', 'secret-missing'),
  /** As the secret has to be called by the deployment. */
  secretFile: text(200),
});
const FiscalAccountList = Type.Object({ accounts: Type.Array(FiscalAccountView, { maxItems: 300 }) });
const AccountPath = Type.Object({ country: Country });
nameSchemas({ FiscalAccount: FiscalAccountView, FiscalAccounts: FiscalAccountList, FiscalAccountBody });

/** By which fiscal systems an operator's receipts are registered, country by country. */
@ApiController('payments', 'fiscal-accounts')
export class FiscalAccountsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: FiscalAccounts,
    private readonly store: FiscalAccountsStore,
    private readonly audit: Audit,
  ) {}

  @Get()
  @Endpoint({ summary: 'Where receipts are registered with tax authorities, and by what', answer: FiscalAccountList })
  async get(@CallerOf() { operatorId }: Caller) {
    return { accounts: (await this.accounts.of(operatorId)).map(viewOf) };
  }

  @Put(':country')
  @Needs('admin')
  @Endpoint({
    summary: 'Have receipts of a country registered by a fiscal system; this clears ad hoc sales there',
    params: AccountPath,
    body: FiscalAccountBody,
    answer: FiscalAccountView,
  })
  async put(
    @CallerOf() caller: Caller,
    @Param(checked(AccountPath)) { country }: Static<typeof AccountPath>,
    @Body(checked(FiscalAccountBody)) body: Static<typeof FiscalAccountBody>,
  ) {
    const { operatorId } = caller;
    if (!isSystemOf(body.system, country))
      throw problem('bad-request', { detail: `${body.system} registers nothing in ${country}`, pointer: '/system' });
    const account = { operatorId, country, ...body, enabled: body.enabled ?? true };
    await this.database.transaction([operatorId], async (tx) => {
      await this.store.put(tx, account);
      await this.audit.add(tx, caller, 'put', 'fiscal-account', country, body);
    });
    return viewOf(await this.accounts.stateOf(account));
  }
}

function viewOf({ operatorId: _operator, ...view }: AccountState): Static<typeof FiscalAccountView> {
  return view;
}
