import { type ExecutionContext, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { Role } from '@chargemesh/contracts';
import type { Request } from 'express';

/** Who makes a request. */
export interface Caller {
  /** The operator whose rows the request sees. */
  readonly operatorId: string;
  readonly role: Role;
  /** API key id or token subject, for the audit trail. */
  readonly subject: string;
  /** The installation's own administrator, who may create operators. */
  readonly installation: boolean;
}

export type RequestWithCaller = Request & { caller?: Caller };

/** The authenticated caller of an HTTP handler. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<RequestWithCaller>();
  if (!caller) throw new Error('CallerOf is used on a public route');
  return caller;
});

export const PUBLIC = 'chargemesh:public';
/**
 * Marks a handler or controller that does its own authentication, or needs none.
 * @param scheme its own security scheme in the API description
 */
export const Public = (scheme?: string): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity(scheme ?? {})) as MethodDecorator & ClassDecorator;

/** Roles each of which may do what the one before it may. */
export type RankedRole = Exclude<Role, LimitedRole>;
/** Roles that may do what is marked for them, and nothing else. */
export type LimitedRole = Extract<Role, 'hotline' | 'terminal'>;

export const NEEDED_ROLE = 'chargemesh:role';
/** The role a handler needs at least: viewer < operator < admin. Reading needs viewer, writing operator, unless said. */
export const Needs = (role: RankedRole): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(NEEDED_ROLE, role), ApiExtension(ROLE_EXTENSION, role)) as MethodDecorator &
    ClassDecorator;
/** Member of an operation in the API description. */
export const ROLE_EXTENSION = 'x-needed-role';

/** The role that is needed where `@Needs` says nothing. */
export const usualRole = (method: string): RankedRole => (READING.has(method.toUpperCase()) ? 'viewer' : 'operator');
const READING = new Set(['GET', 'HEAD']);

export const FOR_LIMITED = 'chargemesh:limited-role';
/** Members of an operation in the API description, by the role that may call it, too. */
export const LIMITED_EXTENSIONS = {
  hotline: 'x-for-hotline',
  terminal: 'x-for-terminal',
} as const satisfies Record<LimitedRole, string>;
const alsoFor = (role: LimitedRole): MethodDecorator =>
  applyDecorators(SetMetadata(FOR_LIMITED, role), ApiExtension(LIMITED_EXTENSIONS[role], true)) as MethodDecorator;
/** Marks what the role hotline may do beside the roles that the handler needs; it may do nothing else. */
export const ForHotline = (): MethodDecorator => alsoFor('hotline');
/** Marks what the role terminal may do, alike. */
export const ForTerminal = (): MethodDecorator => alsoFor('terminal');

export function isLimited(role: Role): role is LimitedRole {
  return Object.hasOwn(LIMITED_EXTENSIONS, role);
}

export const FOR_INSTALLATION = 'chargemesh:installation';
/** Marks what the installation's administrator may call too; everything else belongs to an operator. */
export const ForInstallation = (): MethodDecorator & ClassDecorator => SetMetadata(FOR_INSTALLATION, true);
