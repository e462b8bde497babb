import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { SchemaViolation } from '@chargemesh/contracts';
import { type Envelope, InvalidQuery, OcpiRefusal, fault, statusCodes } from '@chargemesh/ocpi';
import type { Logger } from '@chargemesh/messaging';
import { Clock, LOGGER, Problem } from '@chargemesh/service';
import { NotAllowed } from './not-allowed.js';

interface Answer {
  setHeader(name: string, value: string): unknown;
  status(code: number): { json(body: unknown): unknown };
}

/**
 * Answers errors as OCPI wants them: by HTTP only who may not come in and what is not there, everything else with
 * HTTP 200 and a status code in the envelope.
 */
@Catch()
export class OcpiFaults implements ExceptionFilter {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const [status, body] = this.answerTo(error, this.clock.now());
    const answer = host.switchToHttp().getResponse<Answer>();
    if (error instanceof NotAllowed) answer.setHeader('allow', error.allowed.join(', '));
    const retryAfterS = error instanceof Problem ? error.details['retryAfterS'] : undefined;
    if (typeof retryAfterS === 'number') answer.setHeader('retry-after', String(retryAfterS));
    answer.status(status).json(body);
  }

  private answerTo(error: unknown, now: Date): [number, Envelope] {
    if (error instanceof InvalidQuery || error instanceof SchemaViolation)
      return [200, fault(statusCodes.invalidParameters, error.message, now)];
    if (error instanceof OcpiRefusal) return [error.status, fault(error.code, error.message, now)];
    if (error instanceof HttpException) return [error.getStatus(), fault(statusCodes.clientError, error.message, now)];
    if (error instanceof Problem) return [error.status, fault(statusCodes.clientError, error.message, now)];
    this.logger.error({ err: error }, 'an OCPI request failed');
    return [200, fault(statusCodes.serverError, 'the request failed on our side', now)];
  }
}
