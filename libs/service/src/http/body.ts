import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  SetMetadata,
  applyDecorators,
} from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiConsumes } from '@nestjs/swagger';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { problem } from '../problem.js';
import { problemOf } from './problem.filter.js';
import { demandStorable } from './storable.js';

/** How a handler takes its body. */
export interface BodyPolicy {
  /**
   * `json`, if absent: JSON of texts that the database can hold. `json-of-any-text` is for who stores nothing of it and answers
   * about the text as it is: what is signed, for example, is unreadable and not a bad request, whatever characters
   * it has. `raw` is the bytes as they came (a `Buffer`), which the signature of a webhook is over. `stream` leaves them to the
   * handler, which bounds them.
   */
  readonly as?: 'json' | 'json-of-any-text' | 'raw' | 'stream';
  /** Media types that are taken; that of JSON, if absent. */
  readonly types?: readonly string[];
  /** Below that of all requests: the largest body that is read. */
  readonly limitBytes?: number;
}

const JSON_TYPES = ['application/json'];
export const BODY = 'chargemesh:body';
/** Marks a handler that takes its body in another way than most. */
export const TakesBody = (policy: BodyPolicy): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(BODY, policy), ApiConsumes(...(policy.types ?? JSON_TYPES))) as MethodDecorator &
    ClassDecorator;

/**
 * Reads the body when all guards have let its sender in, a controller's own too: interceptors run after them. Who may not
 * call is told so whatever it sends, and nothing of it is kept or parsed.
 */
export class BodyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly limitBytes: number,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const http = context.switchToHttp();
    const marked = [context.getHandler(), context.getClass()];
    const policy = this.reflector.getAllAndOverride<BodyPolicy | undefined>(BODY, marked) ?? {};
    await this.read(http.getRequest<Request>(), http.getResponse<Response>(), policy);
    return next.handle();
  }

  private async read(
    request: Request,
    response: Response,
    { as = 'json', types, limitBytes = this.limitBytes }: BodyPolicy,
  ): Promise<void> {
    if (request.destroyed) throw problem('bad-request', { detail: 'The connection ended before the body was read.' });
    const type = [...(types ?? JSON_TYPES)];
    if (isSent(request) && !request.is(type))
      throw problem('unsupported-media-type', { detail: `Send ${type.join(' or ')}.` });
    if (as === 'stream') return;
    const options = { type, limit: Math.min(limitBytes, this.limitBytes) };
    await parse(as === 'raw' ? express.raw(options) : express.json(options), request, response);
    if (as !== 'raw') demandStorable(request.body, { anyText: as === 'json-of-any-text' });
  }
}

function isSent({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function parse(parser: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(problemOf(error, request));
    });
  });
}
