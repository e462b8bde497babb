import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HttpRequest, type HttpResponse, KnownOperators, Public, TakesBody } from '@chargemesh/service';
import { CHECKOUT, type Checkout, driverPage } from '../payments/checkout.port.js';
import { type EvseAtPlace, PlacesStore } from '../projections/places.store.js';
import { Providers } from '../providers/providers.js';
import { availabilityOf, refusalOf, strongestPower } from './availability.js';
import { attemptOf, isForeign } from './browser.js';
import { type EvseRead, EvseReads } from './evse-reads.js';
import { keepLanguage, languageFor } from './languages/languages.js';
import { PageErrors, refuse } from './page-errors.js';
import { type EvsePage, evsePage, shownBy } from './pages/evse.page.js';
import { PAGE_HEADERS, SCRIPT, headersOfForm } from './pages/layout.js';
import { ScanCounts } from '../stickers/scan-counts.js';
import { Scans } from './scans.js';

/** Somebody else has paid here, and nobody charges yet. */
const TAKEN = { availability: 'in-use', refusal: 'taken' } as const;

/** The page to which the QR code of an EVSE leads, and its form. */
@ApiExcludeController()
@Public()
@UseFilters(PageErrors)
@Controller('pay')
export class EvseController {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly places: PlacesStore,
    private readonly reads: EvseReads,
    private readonly providers: Providers,
    private readonly operators: KnownOperators,
    private readonly scans: Scans,
    private readonly scanCounts: ScanCounts,
  ) {}

  @Get('checkout.js')
  script(@Res() response: HttpResponse): void {
    response.set({ 'cache-control': 'public, max-age=3600' }).type('js').send(SCRIPT);
  }

  @Get(':evse')
  async show(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    keepLanguage(request, response);
    const found = await this.places.named(name);
    if (!found) return refuse(request, response, 'evse-unknown', 404);
    const attempt = attemptOf(request, response);
    const read = await this.reads.of(found, attempt, languageFor(request));
    if (!(await this.scans.admits(read.secrets, { at: found, attempt }, request, response)))
      return refuse(request, response, 'code-expired', 403);
    this.scanCounts.add(found, attempt);
    this.send(response, 200, read, await this.pageOf(found, read, request));
  }

  /** Begins a payment of the price that was shown, and sends the browser to where it is paid. */
  @Post(':evse')
  @TakesBody({ as: 'raw', types: ['application/x-www-form-urlencoded'] })
  async pay(@Param('evse') name: string, @Req() request: HttpRequest, @Res() response: HttpResponse): Promise<void> {
    if (isForeign(request)) return refuse(request, response, 'foreign-form', 403);
    const evse = await this.places.named(name);
    if (!evse) return refuse(request, response, 'evse-unknown', 404);
    const attempt = attemptOf(request, response);
    const read = await this.reads.of(evse, attempt, languageFor(request));
    if (!(await this.scans.admits(read.secrets, { at: evse, attempt }, request, response)))
      return refuse(request, response, 'code-expired', 403);
    const page = await this.pageOf(evse, read, request);
    const { quote, refusal, ownSession, texts } = page;
    if (ownSession !== undefined) return response.set(PAGE_HEADERS).redirect(303, ownSession);
    if (quote === undefined || refusal !== undefined) return this.send(response, 409, read, page);
    const shown = fieldsOf(request).get('shown');
    if (shown !== null && shown !== shownBy(quote))
      return this.send(response, 409, read, { ...page, priceChanged: true });
    const { operatorId, stationId, evseId } = evse;
    const { language } = texts;
    const opened = await this.checkout.open({ operatorId, stationId, evseId, quote, language, attempt });
    if (opened === 'taken') return this.send(response, 409, read, { ...page, ...TAKEN });
    response.set(PAGE_HEADERS).redirect(303, opened.redirectUrl);
  }

  private send(response: HttpResponse, status: number, { seller }: EvseRead, page: EvsePage): void {
    const origins = this.providers.origins(seller.accounts);
    response.status(status).set(headersOfForm(origins)).type('html').send(evsePage(page));
  }

  private async pageOf(evse: EvseAtPlace, read: EvseRead, request: HttpRequest): Promise<EvsePage> {
    const { texts, inUse, payer } = read;
    const [quote, operator] = await Promise.all([this.quoteFor(evse, read), this.operators.get(evse.operatorId)]);
    const availability = availabilityOf(evse, { inUse });
    const refusal = refusalOf(availability) ?? (typeof quote === 'string' ? quote : undefined);
    return {
      ...{ texts, evse, availability, operatorName: operator?.name ?? '', refusal },
      ...(payer === 'somebody' && refusal === undefined ? TAKEN : {}),
      quote: typeof quote === 'string' ? undefined : quote,
      ownSession: typeof payer === 'string' ? undefined : driverPage(payer.reference),
      host: request.get('host') ?? '',
      path: request.path,
    };
  }

  private quoteFor({ operatorId, stationId, evseId, connectors }: EvseAtPlace, { texts, seller }: EvseRead) {
    const maxPowerW = strongestPower(connectors);
    return this.checkout.quote({ operatorId, stationId, evseId, maxPowerW, language: texts.language }, seller);
  }
}

function fieldsOf({ body }: HttpRequest): URLSearchParams {
  return new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '');
}
