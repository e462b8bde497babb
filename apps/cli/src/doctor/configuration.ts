import { ConfigurationError, type Environment } from '@chargemesh/service/settings';
import { type Finding, fine, problem, warning } from './finding.js';

const PAGE = 'docs/configuration.md says what each setting takes.';

/** Whether a service would start with these settings. */
export async function checkConfiguration(environment: Environment): Promise<Finding[]> {
  const { misspelledIn, readPlatformSettings } = await import('@chargemesh/service');
  const misspelled = misspelledIn(environment, []).map(({ name, meant }) =>
    warning('settings', `${name} is no setting, and would be ignored.`, `Was ${meant} meant?`),
  );
  try {
    readPlatformSettings(environment);
    return [fine('settings', 'All that every service needs is there.'), ...misspelled];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [problem('settings', error.message, PAGE), ...misspelled];
  }
}
