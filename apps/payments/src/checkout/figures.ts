import { decimalPlaces, minorDigits, parseDecimal } from '@chargemesh/money';

/** How a language writes amounts, energy and times; times are those of a place. */
export class Figures {
  constructor(
    private readonly tag: string,
    private readonly timeZone: string,
  ) {}

  /** Exact: with all decimals that the amount has, and no fewer than the currency. */
  money(amount: string, currency: string): string {
    const digits = minorDigits(currency);
    return new Intl.NumberFormat(this.tag, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: Math.max(digits, decimalPlaces(parseDecimal(amount))),
    }).format(amount as Intl.StringNumericLiteral);
  }

  kilowattHours(energyWh: number, digits = 2): string {
    return `${this.number(energyWh / 1_000, digits)}\u00a0kWh`;
  }

  kilowatts(powerW: number): string {
    return `${new Intl.NumberFormat(this.tag, { maximumFractionDigits: 1 }).format(powerW / 1_000)}\u00a0kW`;
  }

  decimal(value: string, digits: number): string {
    return this.number(value as Intl.StringNumericLiteral, digits);
  }

  percent(percent: string): string {
    return new Intl.NumberFormat(this.tag, { style: 'unit', unit: 'percent', maximumFractionDigits: 6 }).format(
      Number(percent),
    );
  }

  /** In whole minutes, such as `1 h 5 min`. */
  duration(milliseconds: number): string {
    const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return [...(hours > 0 ? [`${hours} h`] : []), `${rest} min`].join(' ');
  }

  /** To the second, as deadlines are. */
  clock(at: Date): string {
    return new Intl.DateTimeFormat(this.tag, { timeStyle: 'medium', timeZone: this.timeZone }).format(at);
  }

  /** Such as `4:05`. */
  countdown(milliseconds: number): string {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }

  date(at: Date): string {
    return new Intl.DateTimeFormat(this.tag, { dateStyle: 'long', timeZone: this.timeZone }).format(at);
  }

  moment(at: Date): string {
    const style = { dateStyle: 'medium', timeStyle: 'medium', timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat(this.tag, style).format(at);
  }

  private number(value: number | Intl.StringNumericLiteral, digits: number): string {
    return new Intl.NumberFormat(this.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    );
  }
}
