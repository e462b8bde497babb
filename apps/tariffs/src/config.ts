import { type ReadSettings, SETTINGS, type Settings, integer } from '@chargemesh/service';

export const settings = {
  COST_INTERVAL_S: integer(10, { min: 1, max: 3_600 }).means(
    'How often the running cost of a session is told at most, in seconds.',
  ),
  OPEN_REQUESTS_PER_MINUTE: integer(600, { min: 1, max: 1_000_000 }).means(
    'Of one address, of what is open to anyone.',
  ),
};
export type TariffsSettings = Settings<typeof settings>;

export const TARIFFS_SETTINGS = Symbol('settings of tariffs');
export const tariffsSettings = {
  provide: TARIFFS_SETTINGS,
  inject: [SETTINGS],
  useFactory: (read: ReadSettings): TariffsSettings => read(settings),
};
