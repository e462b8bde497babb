import { Get, Inject, Param, Req, Res } from '@nestjs/common';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  type HttpRequest,
  type HttpResponse,
  Needs,
  checked,
} from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import { PAYMENTS_SETTINGS, type PaymentsSettings } from '../config.js';
import { PaymentPath } from '../payments/payments.schema.js';
import { checkoutBase } from '../checkout/page-url.js';
import { evidencePage } from './evidence.page.js';
import { EvidencePack } from './evidence.schema.js';
import { Evidence } from './evidence.service.js';

/** Nothing of it runs or is loaded. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
type Path = Static<typeof PaymentPath>;

/** The evidence of a payment, for a dispute. It has the link to the driver's page, hence the role. */
@ApiController('payments', 'payments/:paymentId')
@Needs('operator')
export class EvidenceController {
  constructor(
    private readonly evidence: Evidence,
    @Inject(PAYMENTS_SETTINGS) private readonly settings: PaymentsSettings,
  ) {}

  @Get('evidence')
  @Endpoint({
    summary: 'What was shown, agreed to, done and billed of a payment, for a dispute',
    ...{ params: PaymentPath, answer: EvidencePack },
  })
  pack(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Req() request: HttpRequest,
  ): Promise<EvidencePack> {
    return this.evidence.of({ operatorId, paymentId }, checkoutBase(this.settings, request));
  }

  @Get('evidence.html')
  @Endpoint({
    summary: 'The same, to be printed or sent',
    ...{ params: PaymentPath, answer: Type.String(), contentType: 'text/html' },
  })
  async page(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Path,
    @Req() request: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const pack = await this.evidence.of({ operatorId, paymentId }, checkoutBase(this.settings, request));
    response
      .set({ 'content-security-policy': POLICY, 'cache-control': 'no-store' })
      .type('html')
      .send(evidencePage(pack));
  }
}
