export { type Circumstances, compileTariff } from './compile.js';
export { type CompileTariff, compilingOnce } from './compile-once.js';
export type { CompiledTariff, Price } from './compiled-tariff.js';
export { type Slice, cutSession } from './cut.js';
export { TimeZoneUnknown } from './local-time.js';
export { type OcpiCdr, OcpiCdrInvalid, type OcpiCdrProblem, type OcpiChargingPeriod, fromOcpiCdr } from './ocpi-cdr.js';
export { type LeastPrice, leastEnergyPrices } from './least-energy.js';
export { marketSeriesOf, quarterHoursOfDay, quartersUsed, withMarketPrices } from './market.js';
export { type PriceKind, type ShownPrice, shownPrices } from './price-display.js';
export { OCPI_VERSIONS, type OcpiRating, type OcpiVersion, rateOcpi } from './ocpi-rating.js';
export { isValidAt, rate, rateTotals } from './rate.js';
export { type TariffWarning, tariffWarnings } from './coverage.js';
export { ocpiDifferences } from './verify-ocpi.js';
export { pricedPeriods } from './priced-periods.js';
export { MAX_STEPS, stepsOf } from './work.js';
export { negatedAmount, withNegatedAmounts } from './negated.js';
export type { ComponentTotal, LineComponent, LineNote, RatingLine, RatingResult, ResultNote } from './result.js';
export { type Period, type Session, SessionInvalid, type SessionProblem, averagePowerW } from './session.js';
export type {
  Cap,
  DayOfWeek,
  Dimension,
  PriceComponent,
  PriceLimit,
  SpotRule,
  Tariff,
  TariffElement,
  TariffRestrictions,
  TaxIncluded,
} from './tariff.js';
export {
  MAX_ELEMENTS,
  TariffInvalid,
  type TariffProblem,
  type TariffProblemCode,
  ownTariffProblems,
  readTariff,
  tariffProblems,
} from './tariff-check.js';
export type { Tax, TaxTotal } from './taxes.js';
export { QUARTER_HOUR_MS, quarterOf } from './spot.js';
export { LANGUAGES, type Language, languageOf } from './words.js';
export { traceSentences, traceTeller } from './trace-sentence.js';
export { type TracedLine, tracedLine } from './traced-line.js';
export type { Difference, PricedCdr } from './priced-cdr.js';
export { type Reverification, verifyTrace } from './verify-trace.js';
