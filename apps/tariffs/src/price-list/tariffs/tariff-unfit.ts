import { type Problem, unfit } from '@chargemesh/service';

/** Something that is wrong with a tariff. */
interface Fault {
  readonly code: string;
  /** Where in it: `elements[2].price_components[0].price`; empty for all of it. */
  readonly path: string;
  readonly message: string;
}

/** The problem of a body whose `tariff` has these faults. */
export function tariffUnfit(code: 'tariff-invalid' | 'price-per-minute-inexact', faults: readonly Fault[]): Problem {
  return unfit(
    code,
    'body',
    faults.map(({ code: rule, path, message }) => ({ pointer: pointerTo(path), code: rule, detail: message })),
  );
}

function pointerTo(path: string): string {
  const members = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const inTariff = path === '' || path === 'tariff' ? [] : members;
  return ['/tariff', ...inTariff.map((member) => member.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}
