import { commandLineSettings } from '@chargemesh/cli';
import { settingsPage, settingsSections } from '@chargemesh/service';
import { allInOneSettings, demoSettings } from './config.js';
import { services } from './services.js';

/** `docs/configuration.md`. */
export function configurationPage(): string {
  return settingsPage([
    ...settingsSections(services),
    {
      title: 'npm start',
      readBy: 'Read by the platform in one process; everything else has its embedded default there.',
      settings: allInOneSettings,
    },
    {
      title: 'demo',
      readBy:
        'Read by what brings the demo into a platform that runs elsewhere ([containers](operations/containers.md)).',
      settings: demoSettings,
    },
    {
      title: 'chargemesh',
      readBy: 'Read by the [command-line tool](operations/command-line.md), beside those of services that it looks at.',
      settings: commandLineSettings,
    },
  ]);
}
