import { Body, Get, Param, Put, Query } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type Precondition,
  PreconditionOf,
  Problems,
  type QueryOf,
  checked,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { TokenBody, TokenParams, TokenView, tokenTag } from './tokens.schema.js';
import { tokensList } from './tokens.list.js';
import { TokensService } from './tokens.service.js';

@ApiController('sessions', 'tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Put(':uid')
  @Endpoint({
    summary: 'Create or change a token',
    params: TokenParams,
    body: TokenBody,
    answer: TokenView,
    etag: tokenTag,
  })
  @Problems('token-of-partner')
  put(
    @CallerOf() caller: Caller,
    @Param(checked(TokenParams)) { uid }: Static<typeof TokenParams>,
    @Body(checked(TokenBody)) body: Static<typeof TokenBody>,
    @PreconditionOf() wanted: Precondition,
  ) {
    return this.tokens.put(caller, uid, body, wanted);
  }

  @Get(':uid')
  @Endpoint({ summary: 'A token', params: TokenParams, answer: TokenView, etag: tokenTag })
  get(@CallerOf() caller: Caller, @Param(checked(TokenParams)) { uid }: Static<typeof TokenParams>) {
    return this.tokens.get(caller, uid);
  }

  @Get()
  @Endpoint({ summary: 'The tokens of the operator', list: tokensList, answer: TokenView })
  list(@CallerOf() caller: Caller, @Query(checked(tokensList.query)) query: QueryOf<typeof tokensList>) {
    return this.tokens.list(caller, query);
  }
}
