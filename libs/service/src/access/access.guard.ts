import { type CanActivate, type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { SERVICE } from '../http/api-controller.js';
import {
  type Caller,
  FOR_LIMITED,
  FOR_INSTALLATION,
  NEEDED_ROLE,
  PUBLIC,
  type LimitedRole,
  type RankedRole,
  type RequestWithCaller,
  isLimited,
  usualRole,
} from '../http/caller.js';
import { PLATFORM, type Platform } from '../platform/platform.js';
import { problem } from '../problem.js';
import type { ServiceName } from '../definition.js';
import { OTHER_CREDENTIAL, type OtherCredential } from './other-credential.js';

const RANK: Record<RankedRole, number> = { viewer: 1, operator: 2, admin: 3 };
const BEARER = /^Bearer +([\w.~+/=-]{1,8192})$/i;

/** Lets a request through when its bearer may do what the handler does. Everything that is not `@Public` needs one. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(PLATFORM) private readonly platform: Platform,
    @Optional() @Inject(OTHER_CREDENTIAL) private readonly otherCredential?: OtherCredential,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const marked = <T>(mark: string): T | undefined =>
      this.reflector.getAllAndOverride<T | undefined>(mark, [context.getHandler(), context.getClass()]);
    if (marked<boolean>(PUBLIC)) return true;
    const request = context.switchToHttp().getRequest<RequestWithCaller>();
    const caller = await this.callerOf(request, marked<ServiceName>(SERVICE));
    const needed = marked<RankedRole>(NEEDED_ROLE) ?? usualRole(request.method);
    const { role } = caller;
    const may = isLimited(role) ? marked<LimitedRole>(FOR_LIMITED) === role : RANK[role] >= RANK[needed];
    if (!may) throw problem('forbidden', { neededRole: needed });
    if (caller.installation && !marked<boolean>(FOR_INSTALLATION)) throw problem('forbidden');
    request.caller = caller;
    return true;
  }

  private async callerOf(request: RequestWithCaller, service: ServiceName | undefined): Promise<Caller> {
    if (service === undefined) throw new Error(`${request.path} is neither of a service (ApiController) nor Public`);
    const [, bearer] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    const credential = bearer ?? this.otherCredential?.(request);
    if (credential === undefined) throw problem('unauthorized');
    const caller = await this.platform.authenticator.identify(credential, this.platform.databaseOf(service));
    if (!caller) throw problem('unauthorized');
    return caller;
  }
}
