/** What prices are told in. */
export const LANGUAGES = ['en', 'de', 'nl', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a BCP 47 tag (`de-AT`), or English where we have no words for it. */
export function languageOf(locale: string): Language {
  const [language] = locale.toLowerCase().split('-');
  return LANGUAGES.find((known) => known === language) ?? 'en';
}

/** How one language says what a tariff says; amounts and times come as they are spelled there. */
export interface PriceWords {
  readonly perKwh: string;
  readonly perMinute: string;
  readonly perParkedMinute: string;
  readonly perSession: string;
  readonly perReservation: string;
  readonly perReservedMinute: string;
  readonly minimum: string;
  readonly maximum: string;
  inclVat(percent: string): string;
  readonly exclVat: string;
  steps(step: string): string;
  fromTime(time: string): string;
  untilTime(time: string): string;
  fromDate(date: string): string;
  beforeDate(date: string): string;
  from(amount: string): string;
  below(amount: string): string;
  /** Of a price by current. */
  readonly ifMeasured: string;
  after(duration: string): string;
  first(duration: string): string;
  readonly expired: string;
  atLeast(amount: string): string;
  atMost(amount: string): string;
  readonly perDay: string;
  readonly forTime: string;
  readonly forParking: string;
  afterIdle(duration: string): string;
  /** Of a price that is the market's. */
  readonly perQuarterHour: string;
}

export const PRICE_WORDS: Readonly<Record<Language, PriceWords>> = {
  en: {
    perKwh: 'per kWh',
    perMinute: 'per minute of charging',
    perParkedMinute: 'per minute of parking without charging',
    perSession: 'per session',
    perReservation: 'per reservation',
    perReservedMinute: 'per minute of reservation',
    minimum: 'minimum price',
    maximum: 'maximum price',
    inclVat: (percent) => `incl. ${percent} VAT`,
    exclVat: 'excl. VAT',
    steps: (step) => `in steps of ${step}`,
    fromTime: (time) => `from ${time}`,
    untilTime: (time) => `until ${time}`,
    fromDate: (date) => `from ${date}`,
    beforeDate: (date) => `before ${date}`,
    from: (amount) => `from ${amount}`,
    below: (amount) => `below ${amount}`,
    ifMeasured: 'if the station measures the current',
    after: (duration) => `after ${duration}`,
    first: (duration) => `in the first ${duration}`,
    expired: 'if it was not used',
    atLeast: (amount) => `at least ${amount}`,
    atMost: (amount) => `at most ${amount}`,
    perDay: 'per day',
    forTime: 'for charging time',
    forParking: 'for parking without charging',
    afterIdle: (duration) => `after ${duration} without charging`,
    perQuarterHour: 'now, changes every quarter hour',
  },
  de: {
    perKwh: 'pro kWh',
    perMinute: 'pro Minute Laden',
    perParkedMinute: 'pro Minute Standzeit ohne Laden',
    perSession: 'pro Ladevorgang',
    perReservation: 'pro Reservierung',
    perReservedMinute: 'pro Minute Reservierung',
    minimum: 'Mindestpreis',
    maximum: 'Höchstpreis',
    inclVat: (percent) => `inkl. ${percent} MwSt.`,
    exclVat: 'zzgl. MwSt.',
    steps: (step) => `in Schritten von ${step}`,
    fromTime: (time) => `ab ${time} Uhr`,
    untilTime: (time) => `bis ${time} Uhr`,
    fromDate: (date) => `ab ${date}`,
    beforeDate: (date) => `vor dem ${date}`,
    from: (amount) => `ab ${amount}`,
    below: (amount) => `unter ${amount}`,
    ifMeasured: 'wenn die Station den Strom misst',
    after: (duration) => `nach ${duration}`,
    first: (duration) => `in den ersten ${duration}`,
    expired: 'wenn sie nicht genutzt wurde',
    atLeast: (amount) => `mindestens ${amount}`,
    atMost: (amount) => `höchstens ${amount}`,
    perDay: 'pro Tag',
    forTime: 'für Ladezeit',
    forParking: 'für Standzeit ohne Laden',
    afterIdle: (duration) => `nach ${duration} ohne Laden`,
    perQuarterHour: 'derzeit, ändert sich jede Viertelstunde',
  },
  nl: {
    perKwh: 'per kWh',
    perMinute: 'per minuut laden',
    perParkedMinute: 'per minuut parkeren zonder laden',
    perSession: 'per laadsessie',
    perReservation: 'per reservering',
    perReservedMinute: 'per minuut reservering',
    minimum: 'minimumprijs',
    maximum: 'maximumprijs',
    inclVat: (percent) => `incl. ${percent} btw`,
    exclVat: 'excl. btw',
    steps: (step) => `in stappen van ${step}`,
    fromTime: (time) => `vanaf ${time} uur`,
    untilTime: (time) => `tot ${time} uur`,
    fromDate: (date) => `vanaf ${date}`,
    beforeDate: (date) => `vóór ${date}`,
    from: (amount) => `vanaf ${amount}`,
    below: (amount) => `onder ${amount}`,
    ifMeasured: 'als het station de stroom meet',
    after: (duration) => `na ${duration}`,
    first: (duration) => `in de eerste ${duration}`,
    expired: 'als ze niet is gebruikt',
    atLeast: (amount) => `minimaal ${amount}`,
    atMost: (amount) => `maximaal ${amount}`,
    perDay: 'per dag',
    forTime: 'voor laadtijd',
    forParking: 'voor parkeren zonder laden',
    afterIdle: (duration) => `na ${duration} zonder laden`,
    perQuarterHour: 'nu, verandert elk kwartier',
  },
  fr: {
    perKwh: 'par kWh',
    perMinute: 'par minute de charge',
    perParkedMinute: 'par minute de stationnement sans charge',
    perSession: 'par session',
    perReservation: 'par réservation',
    perReservedMinute: 'par minute de réservation',
    minimum: 'prix minimum',
    maximum: 'prix maximum',
    inclVat: (percent) => `TVA ${percent} incluse`,
    exclVat: 'hors TVA',
    steps: (step) => `par tranche de ${step}`,
    fromTime: (time) => `à partir de ${time}`,
    untilTime: (time) => `jusqu’à ${time}`,
    fromDate: (date) => `à partir du ${date}`,
    beforeDate: (date) => `avant le ${date}`,
    from: (amount) => `à partir de ${amount}`,
    below: (amount) => `en dessous de ${amount}`,
    ifMeasured: 'si la borne mesure le courant',
    after: (duration) => `après ${duration}`,
    first: (duration) => `pour une durée de moins de ${duration}`,
    expired: 'si elle n’a pas été utilisée',
    atLeast: (amount) => `au moins ${amount}`,
    atMost: (amount) => `au plus ${amount}`,
    perDay: 'par jour',
    forTime: 'pour le temps de charge',
    forParking: 'pour le stationnement sans charge',
    afterIdle: (duration) => `après ${duration} sans charge`,
    perQuarterHour: 'actuellement, change tous les quarts d’heure',
  },
};
