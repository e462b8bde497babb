import { createHash } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { type Observable, map } from 'rxjs';
import { problem } from '../problem.js';
import type { RequestWithCaller } from './caller.js';

/** Of a handler: the tag of the resource that it answers. */
export const ETAG = 'chargemesh:etag';
/** Member of an operation in the API description. */
export const ETAG_EXTENSION = 'x-etag';

/**
 * Strong entity tags (RFC 9110) of a kind of resource: a digest of what callers set of it, the same by whichever row or
 * answer it is read, and another one after every change of that.
 */
export class ETag<View extends object> {
  /** @param part what of the representation callers set; all of it, if absent */
  constructor(private readonly part?: (view: View) => unknown) {}

  /** Whether it changes whenever the representation does. */
  get isOfAll(): boolean {
    return this.part === undefined;
  }

  of(view: View): string {
    const digest = createHash('sha256').update(JSON.stringify(this.part?.(view) ?? view, membersInOrder));
    return `"${digest.digest('base64url').slice(0, 27)}"`;
  }
}

/** jsonb gives members in another order than they were sent in. */
function membersInOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What has to be true of a resource for a request to be carried out: `If-Match` and `If-None-Match`. */
export class Precondition {
  /** Of requests that want none. */
  static readonly none = new Precondition(undefined, undefined);

  constructor(
    private readonly ifMatch: string | undefined,
    private readonly ifNoneMatch: string | undefined,
  ) {}

  /**
   * Throws unless the resource is as the request expects; to be asked under the lock of the change.
   * @param current its tag; undefined when it is not there
   */
  demand(current: string | undefined): void {
    const isExpected = this.ifMatch === undefined || isNamed(this.ifMatch, current);
    const isUnwanted = this.ifNoneMatch !== undefined && isNamed(this.ifNoneMatch, current);
    if (isExpected && !isUnwanted) return;
    throw problem('precondition-failed', current === undefined ? {} : { etag: current });
  }
}

/** `*` is whatever is there; weak tags are never equal in a strong comparison. */
function isNamed(header: string, current: string | undefined): boolean {
  if (current === undefined) return false;
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim() === current);
}

/** The precondition of the request that a handler answers. */
export const PreconditionOf = createParamDecorator((_: unknown, context: ExecutionContext): Precondition => {
  const { headers } = context.switchToHttp().getRequest<Request>();
  return new Precondition(headers['if-match'], headers['if-none-match']);
});

/** Whether `If-Match` is passed over by what answers this: a read changes nothing, and a PUT or DELETE of what has a tag asks it. */
function asksNoPrecondition(method: string, isTagged: boolean): boolean {
  return method === 'POST' || (method === 'DELETE' && !isTagged);
}

/** Tells the tag of what is answered. */
@Injectable()
export class ETagInterceptor implements NestInterceptor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler<object>): Observable<object> {
    const tag = this.reflector.get<ETag<object> | undefined>(ETAG, context.getHandler());
    const http = context.switchToHttp();
    const { method, headers, caller } = http.getRequest<RequestWithCaller>();
    // What is not asked under the lock of a change must not be passed over either.
    if (caller && headers['if-match'] !== undefined && asksNoPrecondition(method, tag !== undefined))
      throw problem('bad-request', { detail: `If-Match is not taken by this ${method}: nothing would be compared.` });
    if (!tag || method === 'DELETE') return next.handle();
    // Else Express answers 304 though what the tag does not cover has changed.
    if (!tag.isOfAll && method !== 'PUT') delete headers['if-none-match'];
    const response = http.getResponse<Response>();
    return next.handle().pipe(
      map((view) => {
        response.setHeader('etag', tag.of(view));
        return view;
      }),
    );
  }
}
