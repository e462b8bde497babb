import { type StationTariff, present } from '@chargemesh/contracts';
import type { TariffRestrictions } from '@chargemesh/rating';

type Conditions = NonNullable<NonNullable<StationTariff['energy']>['prices'][number]['conditions']>;
type FixedConditions = NonNullable<NonNullable<StationTariff['fixedFee']>['prices'][number]['conditions']>;
type Weekday = NonNullable<Conditions['dayOfWeek']>[number];

/** OCPI's restrictions in the words of OCPP 2.1; kWh become Wh and kW W. */
export function conditionsOf(restrictions: TariffRestrictions): Conditions | undefined {
  const { min_current: minCurrent, max_current: maxCurrent } = restrictions;
  const { min_duration: minTime, max_duration: maxTime } = restrictions;
  return unlessEmpty({
    ...fixedConditionsOf(restrictions),
    ...present({
      minEnergy: thousandfold(restrictions.min_kwh),
      maxEnergy: thousandfold(restrictions.max_kwh),
      minCurrent,
      maxCurrent,
      minPower: thousandfold(restrictions.min_power),
      maxPower: thousandfold(restrictions.max_power),
      minTime,
      maxTime,
    }),
  });
}

/** Of a fee that is due once: what is known when the transaction starts. */
export function fixedConditionsOf({
  start_time: start,
  end_time: end,
  start_date: validFromDate,
  end_date: validToDate,
  day_of_week: days,
}: TariffRestrictions): FixedConditions | undefined {
  const allDay = (start ?? '00:00') === '00:00' && (end ?? '00:00') === '00:00';
  return unlessEmpty({
    ...(allDay ? {} : present({ startTimeOfDay: start, endTimeOfDay: end })),
    ...(days && days.length > 0 ? { dayOfWeek: days.map(weekday) } : {}),
    ...present({ validFromDate, validToDate }),
  });
}

/** Whether it asks for what only shows in the course of a transaction. */
export function asksForUse(restrictions: TariffRestrictions): boolean {
  const keys = ['kwh', 'current', 'power', 'duration'].flatMap((of) => [`min_${of}`, `max_${of}`]);
  return Object.entries(restrictions).some(([key, value]) => keys.includes(key) && typeof value === 'number');
}

function weekday(day: string): Weekday {
  return (day.charAt(0) + day.slice(1).toLowerCase()) as Weekday;
}

function thousandfold(value: number | null | undefined): number | undefined {
  return typeof value === 'number' ? Math.round(value * 1e9) / 1e6 : undefined;
}

function unlessEmpty<T extends object>(members: T): T | undefined {
  return Object.keys(members).length > 0 ? members : undefined;
}
