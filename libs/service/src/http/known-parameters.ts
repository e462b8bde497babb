import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { nearestWord } from '@chargemesh/contracts';
import type { Request } from 'express';
import { problem } from '../problem.js';

/** Of a handler: the names of its query parameters. */
export const PARAMETERS = 'chargemesh:query-parameters';
/** Names the query parameters that a handler takes. */
export const TakesParameters = (names: readonly string[]): MethodDecorator => SetMetadata(PARAMETERS, names);

/** Refuses queries with parameters that the handler does not take: a filter with a slip would be ignored in silence. */
@Injectable()
export class KnownParametersGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const known = this.reflector.get<readonly string[] | undefined>(PARAMETERS, context.getHandler());
    if (known) demandKnown(Object.keys(context.switchToHttp().getRequest<Request>().query), known);
    return true;
  }
}

function demandKnown(given: readonly string[], known: readonly string[]): void {
  const parameter = given.find((name) => !known.includes(name));
  if (parameter === undefined) return;
  const meant = nearestWord(parameter, known);
  const instead =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : known.length > 0
        ? `There are ${known.join(', ')}.`
        : 'This takes none.';
  const detail = `There is no parameter ${parameter}. ${instead}`;
  throw problem('parameter-unknown', { parameter, ...(meant === undefined ? {} : { meant }), detail });
}
