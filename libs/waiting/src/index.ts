export { eventually, until } from './eventually.js';
