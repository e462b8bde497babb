import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  applyDecorators,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { Logger } from 'pino';
import { type Observable, tap } from 'rxjs';
import { LOGGER } from '../platform/platform.js';
import { Problem } from '../problem.js';
import { type OwnProblem, isOfAny } from './catalogue.js';

/** Of a handler: the codes of the problems that are its own. */
export const PROBLEMS = 'chargemesh:problems';

/** Says which problems an operation may answer, beside those that any may. */
export function Problems(...codes: readonly OwnProblem[]): MethodDecorator {
  return applyDecorators(SetMetadata(PROBLEMS, codes), ApiExtension('x-problems', codes));
}

/** What is logged, and fails tests, where an operation answers what integrators are not told of. */
export const UNDECLARED = 'an operation answered a problem that it does not declare';

/** Notes what an operation answers without saying so in its description. */
@Injectable()
export class DeclaredProblems implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(tap({ error: (error: unknown) => this.check(error, context) }));
  }

  private check(error: unknown, context: ExecutionContext): void {
    if (!(error instanceof Problem) || isOfAny(error.code)) return;
    const declared = this.reflector.get<readonly string[] | undefined>(PROBLEMS, context.getHandler()) ?? [];
    if (declared.includes(error.code)) return;
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    this.logger.error({ code: error.code, handler }, UNDECLARED);
  }
}
