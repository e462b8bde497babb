export { type DemoFile, admitOperator, seed } from './demo/seed.js';
export { startDemoStations } from './demo/stations.js';
export { type AddressOf, Rest } from './demo/rest.js';
export { type Distributed, type LaunchOptions, launch } from './distributed/launch.js';
export { ServiceProcess } from './distributed/processes.js';
export { services } from './services.js';
export { configurationPage } from './settings-page.js';
