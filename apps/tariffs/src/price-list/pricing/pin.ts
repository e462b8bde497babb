import type { Tariff } from '@chargemesh/rating';
import type { TariffVersion } from '../tariffs/tariff.entity.js';

/** What a session is priced by: a version of a tariff, if one applied, and the VAT of components that have none. */
export interface Pin {
  readonly tariffId: string | null;
  readonly tariffVersion: number | null;
  /** Percent. */
  readonly vatPercent: string | null;
  /** What the kind of sale makes of it; null where the seller owes the VAT. */
  readonly vatTreatment: 'reverse-charge' | 'not-decided' | null;
}

/** A pin where a tariff applied. */
type TariffPin = Pin & { readonly tariffId: string; readonly tariffVersion: number };

/** A version with the VAT of a pin, as sessions are rated by it: every component has one. */
export type TaxedVersion = TariffVersion & PinnedVat;
export type PinnedVat = Pick<Pin, 'vatPercent' | 'vatTreatment'>;

export function pinKey(pin: Pin): string {
  return `${versionKey(pin)}/${vatKey(pin)}`;
}

export function vatKey({ vatPercent, vatTreatment }: PinnedVat): string {
  return `${vatPercent ?? ''}/${vatTreatment ?? ''}`;
}

/** Of versions alone, whatever the VAT. */
export function versionKey({ tariffId, tariffVersion }: Pick<Pin, 'tariffId' | 'tariffVersion'>): string {
  return `${tariffId}/${tariffVersion}`;
}

export function hasTariff(pin: Pin): pin is TariffPin {
  return pin.tariffId !== null && pin.tariffVersion !== null;
}

export function withVat(version: TariffVersion, { vatPercent, vatTreatment }: PinnedVat): TaxedVersion {
  const tariff = vatPercent === null ? version.tariff : taxed(version.tariff, vatPercent);
  return {
    ...version,
    ...{ vatPercent, vatTreatment },
    tariff: vatTreatment === 'reverse-charge' ? reverseCharged(tariff) : tariff,
  };
}

/** The prices before taxes, whatever the tariff has in them. */
function reverseCharged(tariff: Tariff): Tariff {
  return { ...tariff, chargemesh: { ...tariff.chargemesh, reverse_charge: true } };
}

/** `N/A` says that there is no tax; a component's own rate stays. */
function taxed(tariff: Tariff, vatPercent: string): Tariff {
  const vat = Number(vatPercent);
  const components = tariff.elements.flatMap(({ price_components }) => price_components);
  if (tariff.tax_included === 'N/A' || components.every((component) => hasVat(component))) return tariff;
  const elements = tariff.elements.map((element) => ({
    ...element,
    price_components: element.price_components.map((component) =>
      hasVat(component) ? component : { ...component, vat },
    ),
  }));
  return { ...tariff, elements };
}

function hasVat({ vat }: Tariff['elements'][number]['price_components'][number]): boolean {
  return vat !== undefined && vat !== null;
}
