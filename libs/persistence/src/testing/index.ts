export { type Fate, FaultyProxy } from './proxy.js';
