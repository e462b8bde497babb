export { type Random, random, shuffled } from '@chargemesh/waiting/random';
