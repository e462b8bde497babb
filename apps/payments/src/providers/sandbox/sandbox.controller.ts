import { Controller, Get, Header, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { minorDigits } from '@chargemesh/money';
import { type HttpRequest, type HttpResponse, Public, TakesBody, problem } from '@chargemesh/service';
import { SANDBOX_POLICY, sandboxHtml } from './sandbox.page.js';
import { OUTCOMES, SandboxService } from './sandbox.service.js';

/** Where a browser pays at the sandbox. Only an installation that has it on has these pages. */
@Public()
@ApiExcludeController()
@Controller('pay/sandbox')
export class SandboxController {
  constructor(private readonly sandbox: SandboxService) {}

  @Get(':checkoutRef')
  @Header('content-security-policy', SANDBOX_POLICY)
  async page(@Param('checkoutRef') checkoutRef: string, @Res() response: HttpResponse): Promise<void> {
    const page = this.sandbox.enabled ? await this.sandbox.page(checkoutRef) : undefined;
    if (!page) throw problem('not-found');
    const { checkout, isOpen } = page;
    if (!isOpen) return response.redirect(303, checkout.returnPath);
    response.type('html').send(sandboxHtml(checkout, minorDigits(checkout.currency)));
  }

  @Post(':checkoutRef')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async choose(
    @Param('checkoutRef') checkoutRef: string,
    @Req() { body }: HttpRequest,
    @Res() response: HttpResponse,
  ): Promise<void> {
    const chosen = Buffer.isBuffer(body) ? new URLSearchParams(body.toString('utf8')).get('outcome') : null;
    const outcome = OUTCOMES.find((one) => one === chosen);
    if (!outcome) throw problem('bad-request', { detail: `outcome is one of ${OUTCOMES.join(', ')}` });
    const next = this.sandbox.enabled ? await this.sandbox.choose(checkoutRef, outcome) : undefined;
    if (next === undefined) throw problem('not-found');
    response.redirect(303, next);
  }
}
