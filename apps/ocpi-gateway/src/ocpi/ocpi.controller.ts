import {
  All,
  Controller,
  HttpCode,
  Inject,
  NotFoundException,
  Req,
  RequestMapping,
  RequestMethod,
  Res,
  type Type,
  UseFilters,
  UseGuards,
  applyDecorators,
} from '@nestjs/common';
import { ApiExcludeController, ApiTags } from '@nestjs/swagger';
import { EnvelopeOf, Fault, type OcpiVersion, type Route, envelope, routesOf } from '@chargemesh/ocpi';
import { Clock, Described, type HttpRequest, type HttpResponse, Public } from '@chargemesh/service';
import { OCPI_SETTINGS, type OcpiSettings } from '../config.js';
import type { Visitor } from '../partners/partner-tokens.service.js';
import { NotAllowed } from './not-allowed.js';
import { OcpiFaults } from './ocpi-faults.filter.js';
import { Invited, PartnerGuard, VisitorOf } from './partner.guard.js';
import { type Context, Ports } from './ports.js';
import { PublicUrl } from './public-url.js';

/** The controllers of a table: one for each row, then those for verbs and addresses that have none. */
export function controllersOf(versions: readonly OcpiVersion<Context>[]): Type[] {
  const routes = routesOf(versions);
  const verbsAt = (at: string): string[] => routes.flatMap(({ path, verb }) => (path === at ? [verb] : []));
  const refusals = [...new Set(routes.map(({ path }) => path))].map((path) => refusalAt(path, verbsAt(path)));
  return [...routes.map(controllerOf), ...refusals, NotServedController];
}

/** Partners come in by their tokens, errors go out as OCPI has them. */
function OcpiController(path: string): ClassDecorator {
  const open = [Public('ocpi-token'), ApiTags(tagOf(path))];
  return applyDecorators(Controller(path), ...open, UseGuards(PartnerGuard), UseFilters(OcpiFaults)) as ClassDecorator;
}

/** Operations are grouped by version and module. */
function tagOf(path: string): string {
  const parts = path.split('/');
  const version = parts.findIndex((part) => /^\d/.test(part));
  return ['ocpi', ...(version < 0 ? [] : parts.slice(version, version + 2))].join(' / ');
}

function controllerOf({ verb, path, handle, summary, query, answer, invited }: Route<Context>): Type {
  @OcpiController(`ocpi/${path}`)
  class RowController {
    constructor(
      private readonly ports: Ports,
      private readonly clock: Clock,
      private readonly publicUrl: PublicUrl,
      @Inject(OCPI_SETTINGS) private readonly settings: OcpiSettings,
    ) {}

    @RequestMapping({ method: RequestMethod[verb] })
    @HttpCode(200)
    @Described({ summary, query, answer: EnvelopeOf(answer), fault: Fault })
    async answer(
      @VisitorOf() visitor: Visitor,
      @Req() request: HttpRequest<Record<string, string>>,
      @Res({ passthrough: true }) response: HttpResponse,
    ) {
      const { params, query: said, body } = request;
      const { OCPI_PAGE_LIMIT: maxLimit } = this.settings;
      const asked = { base: this.publicUrl.ocpi(request), params, query: said, body, maxLimit };
      const { data, headers = {} } = await handle(asked, { visitor, ports: this.ports });
      response.set(headers);
      return envelope(data, this.clock.now());
    }
  }
  if (invited) Invited()(RowController);
  return RowController;
}

/** OCPI names the status for credentials only, and partners go by it elsewhere too. */
function refusalAt(path: string, verbs: readonly string[]): Type {
  @ApiExcludeController()
  @OcpiController(`ocpi/${path}`)
  class RefusalController {
    @All()
    refuse(@Req() { method }: HttpRequest): never {
      throw new NotAllowed(`${method} is not served here, but ${verbs.join(', ')}`, verbs);
    }
  }
  return RefusalController;
}

@ApiExcludeController()
@OcpiController('ocpi')
class NotServedController {
  @All(['', '*path'])
  refuse(@Req() { path }: HttpRequest): never {
    throw new NotFoundException(`${path} is not served`);
  }
}
