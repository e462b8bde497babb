import { type Coordinates, matching } from '@chargemesh/contracts';
import { type Static, Type } from 'typebox';

const Degrees = Type.Unsafe<number | string>({
  ...matching('^-?\\d{1,3}(\\.\\d+)?$', 'decimal degrees, such as 52.52', { maxLength: 32 }),
  type: ['number', 'string'],
});

/** As clients write them: numbers, or text of as many digits as they have. */
export const GivenCoordinates = Type.Object({ latitude: Degrees, longitude: Degrees });
export type GivenCoordinates = Static<typeof GivenCoordinates>;

/** Farthest from the equator and from Greenwich. */
const LIMITS = { latitude: 90, longitude: 180 };
const OCPI_DEGREES = /^-?(0|[1-9]\d{0,2})\.\d{5,7}$/;

export function coordinatesProblem(given: GivenCoordinates): string | undefined {
  const names = ['latitude', 'longitude'] as const;
  const beyond = names.find((name) => Math.abs(Number(given[name])) > LIMITS[name]);
  return beyond && `coordinates: ${beyond} must be from -${LIMITS[beyond]} to ${LIMITS[beyond]} degrees`;
}

/** As OCPI spells them: five to seven digits after the point. */
export function ocpiCoordinates({ latitude, longitude }: GivenCoordinates): Static<typeof Coordinates> {
  return { latitude: spelled(latitude), longitude: spelled(longitude) };
}

function spelled(degrees: number | string): string {
  if (typeof degrees === 'string' && OCPI_DEGREES.test(degrees)) return degrees;
  return Number(degrees)
    .toFixed(7)
    .replace(/0{1,2}$/, '');
}
