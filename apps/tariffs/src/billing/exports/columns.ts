import type { CdrIssued, CdrLine, DataOf } from '@chargemesh/contracts';
import type { Cell } from './csv.js';

type Issued = DataOf<typeof CdrIssued>;
type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;

/** What tells CDRs apart, in both tables. */
const subject: Columns<Issued> = {
  number: ({ number }) => number,
  kind: ({ kind = 'cdr' }) => kind,
  cdrId: ({ cdrId }) => cdrId,
  sessionId: ({ sessionId }) => sessionId,
  currency: ({ currency }) => currency,
};

/** One row per CDR. Amounts of credits are negative, so that columns can be summed. */
export const cdrColumns: Columns<Issued> = {
  ...subject,
  creditReferenceId: ({ creditReferenceId }) => creditReferenceId,
  replacesCdrId: ({ replacesCdrId }) => replacesCdrId,
  issuedAt: ({ issuedAt }) => issuedAt,
  startedAt: ({ startedAt }) => startedAt,
  endedAt: ({ endedAt }) => endedAt,
  energyWh: ({ energyWh }) => energyWh,
  durationS: ({ durationS }) => durationS,
  parkingS: ({ parkingS }) => parkingS,
  totalBeforeTaxes: ({ totalBeforeTaxes }) => totalBeforeTaxes,
  totalInclTaxes: ({ totalInclTaxes }) => totalInclTaxes,
  tariffId: ({ tariffId }) => tariffId,
  tariffVersion: ({ tariffVersion }) => tariffVersion,
  tokenUid: ({ token }) => token?.uid,
  tokenType: ({ token }) => token?.type,
  contractId: ({ token }) => token?.contractId,
  tokenCountryCode: ({ token }) => token?.countryCode,
  tokenPartyId: ({ token }) => token?.partyId,
  locationId: ({ location }) => location.locationId,
  locationName: ({ location }) => location.name,
  city: ({ location }) => location.city,
  country: ({ location }) => location.country,
  timeZone: ({ location }) => location.timeZone,
  stationId: ({ stationId }) => stationId,
  evseId: ({ evseId }) => evseId,
  evseUid: ({ connector }) => connector.evseUid,
  evseRef: ({ connector }) => connector.evseRef,
  connectorId: ({ connector }) => connector.connectorId,
  transactionId: ({ transactionId }) => transactionId,
  flags: ({ flags }) => flags.join(' '),
};

interface LineOfCdr {
  readonly cdr: Issued;
  readonly line: CdrLine;
  /** From 1. */
  readonly place: number;
}

const subjectOfLine = Object.entries(subject).map(([name, cell]) => [name, ({ cdr }: LineOfCdr) => cell(cdr)] as const);

/** One row per line of a CDR. */
export const lineColumns: Columns<LineOfCdr> = {
  ...Object.fromEntries(subjectOfLine),
  line: ({ place }) => place,
  startedAt: ({ line }) => line.startedAt,
  endedAt: ({ line }) => line.endedAt,
  component: ({ line }) => line.component,
  element: ({ line }) => line.element,
  volume: ({ line }) => line.volume,
  billedVolume: ({ line }) => line.billedVolume,
  stepSize: ({ line }) => line.stepSize,
  price: ({ line }) => line.price,
  taxPercent: ({ line }) => line.taxPercent,
  amountBeforeTaxes: ({ line }) => line.amountBeforeTaxes,
  amountInclTaxes: ({ line }) => line.amountInclTaxes,
  note: ({ line }) => line.note,
};

/** The cells of a row, in the order of its columns. */
export function cellsOf<Row>(columns: Columns<Row>, row: Row): Cell[] {
  return Object.values(columns).map((cell) => cell(row));
}
