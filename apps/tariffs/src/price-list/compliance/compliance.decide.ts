import { isInEu } from '@chargemesh/contracts';
import type { Tariff } from '@chargemesh/rating';
import { problem } from '@chargemesh/service';
import type { Assignment } from '../assignments/assignment.entity.js';
import { currencyOf } from './countries.js';

/** A tariff that prices, or is going to price, sessions in one country by an assignment. */
export interface Exposure {
  readonly assignmentId: string;
  readonly tariffId: string;
  readonly tariffVersion: number;
  readonly currency: string;
  readonly country: string;
  readonly audience: Assignment['audience'];
  /** Whether it is on record why its audience pays another price than everybody. */
  readonly isJustified: boolean;
  /** Whether any of the places is for the public, which the law is about. */
  readonly isPublic: boolean;
  /** Locations, at most ten, where nothing narrower is assigned to the same customers. */
  readonly locationIds: readonly string[];
  /** Public EVSEs of 50 kW and more, at most ten, where an ad hoc customer pays it. */
  readonly fastEvses: readonly string[];
  readonly fastCount: number;
  /** Of those, at most ten, where its ad hoc customers see the price nowhere, as far as anybody knows. */
  readonly unshownEvses: readonly string[];
  readonly unshownCount: number;
}

/** What can be put right only afterwards is told, and refuses nothing. */
type ToldOnly = 'afir-difference-unjustified' | 'afir-price-not-shown';
type RefusedCode = Exclude<Shortfall['code'], ToldOnly>;

export interface Shortfall {
  readonly code:
    'afir-components' | 'afir-difference-unjustified' | 'afir-price-not-shown' | 'currency-not-of-location';
  readonly assignmentId: string;
  readonly tariffId: string;
  readonly tariffVersion: number;
  readonly country: string;
  readonly detail: string;
}

const AUDIENCES: Readonly<Record<Assignment['audience'], string>> = {
  everybody: 'everybody has',
  'ad-hoc': 'who pays ad hoc has',
  partner: 'a partner has',
  'token-group': 'a group of tokens has',
  contract: 'a contract has',
};

/** Where prices are not as the law or the location's currency wants them. */
export function shortfallsOf(
  exposures: readonly Exposure[],
  tariffOf: (exposure: Exposure) => Tariff | undefined,
  operatorCurrency: string,
): Shortfall[] {
  return exposures.flatMap((exposure) => {
    const found: Shortfall[] = [];
    const { assignmentId, tariffId, tariffVersion, country, currency, locationIds, fastEvses, fastCount } = exposure;
    const { audience, isJustified, isPublic, unshownEvses, unshownCount } = exposure;
    const about = { assignmentId, tariffId, tariffVersion, country };
    const wanted = currencyOf(country) ?? operatorCurrency;
    if (locationIds.length > 0 && currency !== wanted) {
      const detail = `${wanted} is paid at ${locationIds.join(', ')}`;
      found.push({ code: 'currency-not-of-location', ...about, detail });
    }
    if (audience !== 'everybody' && !isJustified && isPublic && isInEu(country)) {
      const detail = `it is not on record why ${AUDIENCES[audience]} a price of its own (\`justification\`)`;
      found.push({ code: 'afir-difference-unjustified', ...about, detail });
    }
    if (unshownCount > 0 && isInEu(country)) {
      const detail = `no station has taken the price, and \`priceShownBy\` says nothing, at ${unshownCount} EVSEs: ${unshownEvses.join(', ')}`;
      found.push({ code: 'afir-price-not-shown', ...about, detail });
    }
    const tariff = fastCount > 0 && isInEu(country) ? tariffOf(exposure) : undefined;
    const paths = tariff ? notForAdHoc(tariff) : [];
    if (paths.length > 0) {
      const detail = `${paths.join(', ')} at ${fastCount} EVSEs: ${fastEvses.join(', ')}`;
      found.push({ code: 'afir-components', ...about, detail });
    }
    return found;
  });
}

const MAX_PATHS = 10;

/** What an ad hoc price of 50 kW and more must not have: all but energy and occupancy, also as a minimum price. */
export function notForAdHoc({ elements, min_price }: Tariff): string[] {
  const components = elements.flatMap(({ price_components }, element) =>
    price_components.flatMap(({ type, price }, index) =>
      price > 0 && type !== 'ENERGY' && type !== 'PARKING_TIME'
        ? [`elements[${element}].price_components[${index}]`]
        : [],
    ),
  );
  const minimum = Object.values(min_price ?? {}).some((amount: unknown) => typeof amount === 'number' && amount > 0);
  return [...components, ...(minimum ? ['min_price'] : [])].slice(0, MAX_PATHS);
}

/** Throws the problem of the first shortfall that was not there before. */
export function demandNoNew(before: readonly Shortfall[], after: readonly Shortfall[]): void {
  const known = new Set(before.map(keyOf));
  const added = after.filter(isRefused).find((shortfall) => !known.has(keyOf(shortfall)));
  if (!added) return;
  const { code, ...details } = added;
  throw problem(code, details);
}

function isRefused(shortfall: Shortfall): shortfall is Shortfall & { code: RefusedCode } {
  return shortfall.code !== 'afir-difference-unjustified' && shortfall.code !== 'afir-price-not-shown';
}

function keyOf({ code, assignmentId, tariffId, tariffVersion, country }: Shortfall): string {
  return [code, assignmentId, tariffId, tariffVersion, country].join(' ');
}
