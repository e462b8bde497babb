export * from './kinds.js';
export { type SettingsSection, settingsPage } from './page.js';
export { type Environment, environment, fileSettingOf, readSettings } from './read.js';
export { type AboutSetting, ConfigurationError, Setting, type Settings, type Shape } from './setting.js';
export { type ServiceName, serviceNames } from './service-names.js';
