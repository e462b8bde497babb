import { Controller, UseFilters, UseGuards, applyDecorators } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@chargemesh/service';
import { OcpiFaults } from './ocpi-faults.filter.js';
import { PartnerGuard } from './partner.guard.js';

/** A controller of OCPI routes: partners come in by their tokens, errors go out as OCPI has them. */
export function OcpiRoute(path: string): ClassDecorator {
  const open = [Public(), ApiTags('ocpi')];
  return applyDecorators(Controller(path), ...open, UseGuards(PartnerGuard), UseFilters(OcpiFaults)) as ClassDecorator;
}
