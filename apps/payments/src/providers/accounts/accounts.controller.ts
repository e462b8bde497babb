import { Body, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
  checked,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { accountsList } from './accounts.list.js';
import { AccountBody, AccountParams, AccountView, accountTag } from './accounts.schema.js';
import { AccountsService } from './accounts.service.js';

type Params = Static<typeof AccountParams>;

@ApiController('payments', 'provider-accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  @Endpoint({ summary: "The operator's accounts at payment providers", list: accountsList, answer: AccountView })
  list(@CallerOf() caller: Caller, @Query(checked(accountsList.query)) query: QueryOf<typeof accountsList>) {
    return this.accounts.list(caller, query);
  }

  @Put(':accountId')
  @Needs('admin')
  @Problems(
    'provider-account-known',
    'provider-currency-taken',
    'provider-currency-unknown',
    'merchant-account-missing',
    'in-use',
  )
  @Endpoint({
    summary: 'Enter or change an account at a payment provider',
    params: AccountParams,
    body: AccountBody,
    answer: AccountView,
    etag: accountTag,
  })
  put(
    @CallerOf() caller: Caller,
    @Param(checked(AccountParams)) { accountId }: Params,
    @Body(checked(AccountBody)) body: AccountBody,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.accounts.put(caller, accountId, body, wanted);
  }

  @Get(':accountId')
  @Endpoint({
    summary: 'An account at a payment provider',
    params: AccountParams,
    answer: AccountView,
    etag: accountTag,
  })
  get(@CallerOf() caller: Caller, @Param(checked(AccountParams)) { accountId }: Params) {
    return this.accounts.get(caller, accountId);
  }

  @Delete(':accountId')
  @Needs('admin')
  @HttpCode(204)
  @Problems('in-use')
  @Endpoint({
    summary: 'Remove an account that never took a payment',
    params: AccountParams,
    etag: accountTag,
    status: 204,
  })
  remove(
    @CallerOf() caller: Caller,
    @Param(checked(AccountParams)) { accountId }: Params,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.accounts.remove(caller, accountId, wanted);
  }
}
