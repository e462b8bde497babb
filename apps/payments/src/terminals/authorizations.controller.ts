import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  ForTerminal,
  InSteps,
  Needs,
  Problems,
  checked,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import {
  AuthorizationBody,
  AuthorizationView,
  ReferenceParams,
  SettlementBody,
  SettlementView,
} from './authorizations.schema.js';
import { TerminalAuthorizations } from './authorizations.service.js';

/** For operators of terminals that no station speaks for. */
@ApiController('payments')
export class TerminalAuthorizationsController {
  constructor(private readonly authorizations: TerminalAuthorizations) {}

  /** In steps: no transaction is open while tariffs is asked. */
  @Post('terminal-authorizations')
  @ForTerminal()
  @InSteps()
  @HttpCode(200)
  @Problems('conflict', 'ad-hoc-not-cleared')
  @Endpoint({
    summary: 'Tell what a terminal holds, and have the session started; the same again is the same payment',
    body: AuthorizationBody,
    answer: AuthorizationView,
  })
  begin(@CallerOf() caller: Caller, @Body(checked(AuthorizationBody)) body: Static<typeof AuthorizationBody>) {
    return this.authorizations.begin(caller, body);
  }

  /** The page that it names lets whoever has it stop the session. */
  @Get('terminal-authorizations/:reference')
  @Needs('operator')
  @ForTerminal()
  @Endpoint({
    summary: 'What became of it, and what is to be taken',
    params: ReferenceParams,
    answer: AuthorizationView,
  })
  get(@CallerOf() caller: Caller, @Param(checked(ReferenceParams)) { reference }: Static<typeof ReferenceParams>) {
    return this.authorizations.get(caller, reference);
  }

  @Post('terminal-settlements')
  @ForTerminal()
  @HttpCode(200)
  @Endpoint({
    summary: 'Tell what a terminal took, or gave back; the same again changes nothing',
    body: SettlementBody,
    answer: SettlementView,
  })
  settle(@CallerOf() caller: Caller, @Body(checked(SettlementBody)) body: Static<typeof SettlementBody>) {
    return this.authorizations.settle(caller, body);
  }
}
