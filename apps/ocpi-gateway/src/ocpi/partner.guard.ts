import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
  createParamDecorator,
} from '@nestjs/common';
import { echoed, tokensOf } from '@chargemesh/ocpi';
import type { Partner } from '../partners/partner.entity.js';
import { PartnersService } from '../partners/partners.service.js';
import type { Asked } from './public-url.js';

interface PartnerRequest extends Asked {
  partner?: Partner;
}

interface Answer {
  setHeader(name: string, value: string): unknown;
}

/** Lets a partner in by its token, and repeats the ids of its request in the answer, whatever that will be. */
@Injectable()
export class PartnerGuard implements CanActivate {
  constructor(@Inject(PartnersService) private readonly partners: PartnersService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, answer] = [http.getRequest<PartnerRequest>(), http.getResponse<Answer>()];
    for (const [name, value] of Object.entries(echoed(request.headers))) answer.setHeader(name, value);
    const { authorization } = request.headers;
    const tokens = tokensOf(typeof authorization === 'string' ? authorization : undefined);
    request.partner = tokens.length > 0 ? await this.partners.identify(tokens) : undefined;
    if (!request.partner) throw new UnauthorizedException('the token is unknown');
    return true;
  }
}

/** The partner that asks. */
export const PartnerOf = createParamDecorator((_: unknown, context: ExecutionContext): Partner => {
  const { partner } = context.switchToHttp().getRequest<PartnerRequest>();
  if (!partner) throw new Error('PartnerOf is used on a route without PartnerGuard');
  return partner;
});
