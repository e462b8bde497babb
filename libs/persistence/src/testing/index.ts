export { type Authority, type Certificate, createAuthority, joined } from './certificates.js';
export { type Fate, FaultyProxy } from './proxy.js';
export { type LossCase, SweptDatabase, lossCases } from './sweep.js';
