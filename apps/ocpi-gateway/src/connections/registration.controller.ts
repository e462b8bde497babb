import { Body, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, InSteps, Needs, Problems, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { type Asked, PublicUrl } from '../ocpi/public-url.js';
import { PartnerParams } from '../partners/partners.schema.js';
import { ConnectionView, InvitedBody } from './registration.schema.js';
import { Registration } from './registration.service.js';

/** What we begin with a partner; what a partner begins comes in by OCPI. */
@ApiController('ocpi-gateway', 'partners/:partnerId')
export class RegistrationController {
  constructor(
    private readonly registration: Registration,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** In steps: no transaction is open while the partner is called. */
  @Post('register')
  @InSteps()
  @HttpCode(200)
  @Needs('admin')
  @Problems('partner-connected', 'partner-busy', 'partner-failed', 'public-url-missing')
  @Endpoint({
    summary: 'Register at a partner that has invited us',
    params: PartnerParams,
    body: InvitedBody,
    answer: ConnectionView,
  })
  register(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Body(checked(InvitedBody)) body: InvitedBody,
    @Req() request: Asked,
  ) {
    return this.registration.register(caller, partnerId, body, this.versionsUrl(request));
  }

  @Post('connection/renewals')
  @InSteps()
  @HttpCode(200)
  @Needs('admin')
  @Problems('partner-not-connected', 'partner-busy', 'partner-failed', 'public-url-missing')
  @Endpoint({
    summary: 'Renew the tokens of both sides, and read anew what the partner offers',
    params: PartnerParams,
    answer: ConnectionView,
  })
  renew(
    @CallerOf() caller: Caller,
    @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>,
    @Req() request: Asked,
  ) {
    return this.registration.renew(caller, partnerId, this.versionsUrl(request));
  }

  @Get('connection')
  @Problems('partner-not-connected')
  @Endpoint({ summary: 'How a partner is reached since it registered', params: PartnerParams, answer: ConnectionView })
  get(@CallerOf() caller: Caller, @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>) {
    return this.registration.get(caller, partnerId);
  }

  @Delete('connection')
  @HttpCode(204)
  @Needs('admin')
  @Problems('partner-not-connected')
  @Endpoint({
    summary: 'End the connection on both sides; what waits for the partner is kept',
    params: PartnerParams,
    status: 204,
  })
  end(@CallerOf() caller: Caller, @Param(checked(PartnerParams)) { partnerId }: Static<typeof PartnerParams>) {
    return this.registration.end(caller, partnerId);
  }

  private versionsUrl(request: Asked): string {
    return `${this.publicUrl.toTell(request)}/versions`;
  }
}
