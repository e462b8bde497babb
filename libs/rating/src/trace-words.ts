import type { LineComponent } from './result.js';
import type { Language } from './words.js';

/** How one language tells a line of a trace; amounts, volumes and percentages come as they are spelled there. */
export interface TraceWords {
  /** After a volume, before its price; a fee is its own subject. */
  readonly of: Readonly<Record<'ENERGY' | 'TIME' | 'PARKING_TIME' | 'RESERVATION', string>>;
  readonly fee: Readonly<Record<Exclude<LineComponent, 'ENERGY' | 'TIME' | 'PARKING_TIME'>, string>>;
  at(price: string, unit: 'kWh' | 'h'): string;
  used(volume: string): string;
  inclTaxes(taxes: readonly string[]): string;
  /** What the tax is called there that OCPI calls VAT. */
  readonly vat: string;
  readonly colon: string;
  readonly total: string;
}

export const TRACE_WORDS: Readonly<Record<Language, TraceWords>> = {
  en: {
    of: { ENERGY: '', TIME: 'of charging ', PARKING_TIME: 'of parking ', RESERVATION: 'of reservation ' },
    fee: {
      FLAT: 'Flat fee',
      RESERVATION: 'Reservation fee',
      DAY_CAP: 'Most per day',
      SESSION_CAP: 'Most per session',
      MINIMUM: 'Minimum price',
      MAXIMUM: 'Maximum price',
    },
    at: (price, unit) => `at ${price} per ${unit}`,
    used: (volume) => ` (${volume} used)`,
    inclTaxes: (taxes) => ` incl. ${taxes.join(' and ')}`,
    vat: 'VAT',
    colon: ': ',
    total: 'Total',
  },
  de: {
    of: { ENERGY: '', TIME: 'Laden ', PARKING_TIME: 'Standzeit ', RESERVATION: 'Reservierung ' },
    fee: {
      FLAT: 'Grundpreis',
      RESERVATION: 'Reservierungsgebühr',
      DAY_CAP: 'Höchstbetrag pro Tag',
      SESSION_CAP: 'Höchstbetrag pro Ladevorgang',
      MINIMUM: 'Mindestpreis',
      MAXIMUM: 'Höchstpreis',
    },
    at: (price, unit) => `zu ${price} pro ${unit}`,
    used: (volume) => ` (${volume} genutzt)`,
    inclTaxes: (taxes) => ` inkl. ${taxes.join(' und ')}`,
    vat: 'MwSt.',
    colon: ': ',
    total: 'Summe',
  },
  nl: {
    of: { ENERGY: '', TIME: 'laden ', PARKING_TIME: 'parkeren ', RESERVATION: 'reservering ' },
    fee: {
      FLAT: 'Starttarief',
      RESERVATION: 'Reserveringskosten',
      DAY_CAP: 'Maximum per dag',
      SESSION_CAP: 'Maximum per laadsessie',
      MINIMUM: 'Minimumprijs',
      MAXIMUM: 'Maximumprijs',
    },
    at: (price, unit) => `à ${price} per ${unit === 'h' ? 'uur' : unit}`,
    used: (volume) => ` (${volume} gebruikt)`,
    inclTaxes: (taxes) => ` incl. ${taxes.join(' en ')}`,
    vat: 'btw',
    colon: ': ',
    total: 'Totaal',
  },
  fr: {
    of: { ENERGY: '', TIME: 'de charge ', PARKING_TIME: 'de stationnement ', RESERVATION: 'de réservation ' },
    fee: {
      FLAT: 'Forfait',
      RESERVATION: 'Frais de réservation',
      DAY_CAP: 'Plafond par jour',
      SESSION_CAP: 'Plafond par session',
      MINIMUM: 'Prix minimum',
      MAXIMUM: 'Prix maximum',
    },
    at: (price, unit) => `à ${price} par ${unit}`,
    used: (volume) => ` (${volume} utilisés)`,
    inclTaxes: (taxes) => ` dont ${taxes.join(' et ')}`,
    vat: 'TVA',
    colon: '\u00a0: ',
    total: 'Total',
  },
};
