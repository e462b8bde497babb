import { type Circumstances, compileTariff } from './compile.js';
import type { CompiledTariff } from './compiled-tariff.js';

/** @throws TariffInvalid, TimeZoneUnknown */
export type CompileTariff = (source: unknown, circumstances: Circumstances) => CompiledTariff;

/**
 * Compiles tariffs of the same text once. Kept as long as a batch of CDRs takes, most of which have the same few tariffs: what is compiled
 * keeps the days it has worked out.
 */
export function compilingOnce(): CompileTariff {
  const made = new Map<string, CompiledTariff>();
  return (source, circumstances) => {
    const text = JSON.stringify([source, circumstances]);
    const compiled = made.get(text) ?? compileTariff(source, circumstances);
    made.set(text, compiled);
    return compiled;
  };
}
