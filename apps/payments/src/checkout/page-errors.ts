import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { type HttpRequest, type HttpResponse, LOGGER, Problem } from '@chargemesh/service';
import type { Logger } from '@chargemesh/messaging';
import type { Refusal } from './languages/language.js';
import { languageFor } from './languages/languages.js';
import { PAGE_HEADERS } from './pages/layout.js';
import { refusalPage } from './pages/refusal.page.js';

/** What a page says of a problem; all others are nothing that a driver could do something about. */
const REFUSALS: Readonly<Partial<Record<Problem['code'], Refusal>>> = {
  'too-many-requests': 'too-many-requests',
  'not-found': 'payment-unknown',
  'link-expired': 'link-expired',
};

/** Answers a driver with a page in place of a problem document. */
@Catch()
export class PageErrors implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, response] = [http.getRequest<HttpRequest>(), http.getResponse<HttpResponse>()];
    if (response.headersSent) return void response.destroy();
    const status = error instanceof Problem ? error.status : error instanceof HttpException ? error.getStatus() : 503;
    if (status >= 500) this.logger.error({ err: error, method: request.method }, 'a page could not be shown');
    refuse(request, response, (error instanceof Problem && REFUSALS[error.code]) || 'unavailable', status);
  }
}

export function refuse(request: HttpRequest, response: HttpResponse, refusal: Refusal, status: number): void {
  const page = refusalPage(refusal, { language: languageFor(request), path: request.path });
  response.status(status).set(PAGE_HEADERS).type('html').send(page);
}

export function refuseTooMany(request: HttpRequest, response: HttpResponse): void {
  refuse(request, response, 'too-many-requests', 429);
}
