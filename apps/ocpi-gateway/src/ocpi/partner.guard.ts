import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
  UnauthorizedException,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { echoed, tokensOf } from '@chargemesh/ocpi';
import { PartnerTokens, type Visitor } from '../partners/partner-tokens.service.js';
import type { Asked } from './public-url.js';
import { WrongTokens } from './wrong-tokens.js';

const INVITED = 'ocpi:invited';
/** Also for who was invited and has not registered yet; elsewhere an invitation opens nothing. */
export const Invited = (): ClassDecorator => SetMetadata(INVITED, true);

interface PartnerRequest extends Asked {
  readonly ip?: string;
  visitor?: Visitor;
}

interface Answer {
  setHeader(name: string, value: string): unknown;
}

/** Lets a partner in by its token, and repeats the ids of its request in the answer, whatever that will be. */
@Injectable()
export class PartnerGuard implements CanActivate {
  constructor(
    @Inject(PartnerTokens) private readonly tokens: PartnerTokens,
    @Inject(WrongTokens) private readonly wrong: WrongTokens,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [request, answer] = [http.getRequest<PartnerRequest>(), http.getResponse<Answer>()];
    for (const [name, value] of Object.entries(echoed(request.headers))) answer.setHeader(name, value);
    const { authorization } = request.headers;
    const said = tokensOf(typeof authorization === 'string' ? authorization : undefined);
    if (said.length === 0) throw new UnauthorizedException('a token is needed');
    request.visitor = await this.tokens.identify(said);
    if (!request.visitor) {
      this.wrong.count(request.ip ?? '');
      throw new UnauthorizedException('the token is unknown');
    }
    const isOpen = this.reflector.get<boolean | undefined>(INVITED, context.getClass()) ?? false;
    if (request.visitor.token.kind === 'invitation' && !isOpen)
      throw new UnauthorizedException('this token is for versions and credentials');
    return true;
  }
}

/** The partner that asks, and the token it came in by. */
export const VisitorOf = createParamDecorator((_: unknown, context: ExecutionContext): Visitor => {
  const { visitor } = context.switchToHttp().getRequest<PartnerRequest>();
  if (!visitor) throw new Error('VisitorOf is used on a route without PartnerGuard');
  return visitor;
});
