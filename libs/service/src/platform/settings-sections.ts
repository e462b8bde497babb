import type { ServiceDefinition } from '../definition.js';
import type { SettingsSection } from '../settings/page.js';
import { databaseShape, databaseUrlShape } from './database-settings.js';
import { kafkaShape } from './kafka-settings.js';
import { migrationShape } from './known-settings.js';
import { platformShape } from './settings.js';

/** All settings of services, as the page of settings has them. */
export function settingsSections(services: readonly ServiceDefinition[]): SettingsSection[] {
  const names = services.map(({ name }) => name);
  const elsewhere = new Set([...Object.keys(kafkaShape), ...Object.keys(databaseShape)]);
  const general = Object.fromEntries(Object.entries(platformShape).filter(([name]) => !elsewhere.has(name)));
  const urls = { ...databaseUrlShape(names.slice(0, 1)), ...databaseUrlShape(names) };
  return [
    { title: 'Every service', readBy: 'Read by each of the six.', settings: general },
    {
      title: 'PostgreSQL',
      readBy: 'Read by each of the six, and by `migrate`. There is one URL for each service that the process runs.',
      settings: { ...urls, ...databaseShape },
    },
    { title: 'Kafka', readBy: 'Read by each of the six.', settings: kafkaShape },
    ...services
      .filter(({ settings }) => Object.keys(settings).length > 0)
      .map(({ name, settings }) => ({ title: name, readBy: `Read by ${name} only.`, settings })),
    { title: 'migrate', readBy: 'Read by `main.js migrate` of each service only.', settings: migrationShape },
  ];
}
