import type { TariffDraft, TariffVersion } from './tariff.entity.js';
import { SINCE_EVER, warningsOf } from './tariffs.decide.js';
import type { DraftView, TariffView } from './tariffs.schema.js';

/** A tariff as it is shown: a version, a draft, or both. */
export type ShownTariff =
  | { readonly version: TariffVersion; readonly draft: TariffDraft | null }
  | { readonly version: null; readonly draft: TariffDraft };

export function viewOf({ version, draft }: ShownTariff): TariffView {
  if (version === null) {
    const { tariffId: id, name, tariff } = draft;
    return { id, status: 'draft', name, currency: tariff.currency, tariff: { ...tariff }, draft: draftOf(draft) };
  }
  return { ...versionOf(version), ...(draft ? { draft: draftOf(draft) } : {}) };
}

/** Of each tariff the newest version and the draft, whichever there are. */
export function shownOf(
  ids: readonly string[],
  versions: readonly TariffVersion[],
  drafts: readonly TariffDraft[],
): ShownTariff[] {
  const versionOfId = new Map(versions.map((version) => [version.tariffId, version]));
  const draftOfId = new Map(drafts.map((draft) => [draft.tariffId, draft]));
  return ids.flatMap((id): ShownTariff[] => {
    const [version, draft] = [versionOfId.get(id), draftOfId.get(id) ?? null];
    if (version) return [{ version, draft }];
    return draft ? [{ version: null, draft }] : [];
  });
}

export function versionOf(version: TariffVersion): TariffView {
  const { tariffId: id, tariffVersion, name, currency, tariff, validFrom, publishedAt } = version;
  return {
    id,
    status: 'published',
    version: tariffVersion,
    name,
    currency,
    tariff: { ...tariff },
    ...(validFrom > SINCE_EVER ? { validFrom: validFrom.toISOString() } : {}),
    publishedAt: publishedAt.toISOString(),
  };
}

export function draftOf({ name, tariff, savedAt }: TariffDraft): DraftView {
  return { name, tariff: { ...tariff }, savedAt: savedAt.toISOString() };
}

/** A single tariff, with what of it may not be meant. */
export function detailOf(shown: ShownTariff, now: Date): TariffView {
  const { version, draft } = shown;
  const view = viewOf(shown);
  const ofDraft = draft ? warningsOf(draft.tariff, now) : [];
  return {
    ...view,
    warnings: version ? warningsOf(version.tariff, now) : ofDraft,
    ...(view.draft ? { draft: { ...view.draft, warnings: ofDraft } } : {}),
  };
}
