import { Injectable } from '@nestjs/common';
import { present } from '@chargemesh/contracts';
import { Database, type Transaction } from '@chargemesh/persistence';
import { Audit, type Caller, Clock, type Page, type QueryOf, Retention, problem } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { PlacesStore } from '../projections/places.store.js';
import { checkoutUrl } from '../qr-codes/checkout-url.js';
import type { StickerInspection } from './inspection.entity.js';
import { type StickersOfStation, stickersList } from './stickers.list.js';
import { type InspectionBody, type InspectionView, type StickerView, inspectionOf } from './stickers.schema.js';
import { StickersStore } from './stickers.store.js';

const SCANNED_FOR_MS = 14 * 86_400_000;
/** Longer than anybody leaves a station without looking at it. */
const INSPECTIONS_KEPT_DAYS = 1_100;

/** The stickers with codes, and who looked whether others were stuck over them (quishing). */
@Injectable()
export class Stickers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: StickersStore,
    private readonly places: PlacesStore,
    private readonly audit: Audit,
    retention: Retention,
  ) {
    retention.keep({ table: 'sticker_inspections', key: 'inspection_id', days: INSPECTIONS_KEPT_DAYS });
  }

  list({ operatorId }: Caller, query: QueryOf<typeof stickersList>, base: string): Promise<Page<StickerView>> {
    return this.database.transaction([operatorId], async (tx) => {
      const { rows, nextCursor } = await stickersList.read(tx, operatorId, query);
      const known = await this.knownOf(tx, operatorId, rows);
      return { items: rows.flatMap((row) => viewsOf(row, known, base)), nextCursor };
    });
  }

  async inspect(caller: Caller, { stationId, evseId, result, note }: InspectionBody): Promise<InspectionView> {
    const { operatorId, subject: inspectedBy } = caller;
    const evse = await this.places.at(stationId, evseId);
    if (evse?.operatorId !== operatorId) throw problem('not-found');
    const inspectedAt = this.clock.now();
    const seen = { operatorId, stationId, evseId, result, inspectedBy, inspectedAt };
    const inspection = { ...seen, note: note ?? null, inspectionId: uuidv7({ msecs: inspectedAt.getTime() }) };
    await this.database.transaction([operatorId], async (tx) => {
      await this.store.addInspection(tx, inspection);
      await this.audit.add(tx, caller, 'inspect', 'sticker', `${stationId}:${evseId}`, { result, note });
    });
    return inspectionOf(inspection);
  }

  private async knownOf(tx: Transaction, operatorId: string, stations: readonly StickersOfStation[]): Promise<Known> {
    const stationIds = stations.map(({ stationId }) => stationId);
    const since = new Date(this.clock.now().getTime() - SCANNED_FOR_MS).toISOString().slice(0, 10);
    return {
      inspected: byEvse(await this.store.lastInspections(tx, operatorId, stationIds)),
      scanned: byEvse(await this.store.scansOf(tx, operatorId, stationIds, since)),
    };
  }
}

interface AtEvse {
  readonly stationId: string;
  readonly evseId: number;
}

interface Known {
  readonly inspected: ReadonlyMap<string, Pick<StickerInspection, 'result' | 'inspectedBy' | 'inspectedAt'>>;
  readonly scanned: ReadonlyMap<string, { readonly scans: number }>;
}

function viewsOf({ stationId, evses, place }: StickersOfStation, { inspected, scanned }: Known, base: string) {
  return evses
    .filter(({ evseId }) => evseId > 0)
    .map(({ evseId, evseRef }): StickerView => {
      const key = keyOf({ stationId, evseId });
      const { result, inspectedBy, inspectedAt } = inspected.get(key) ?? {};
      return {
        ...{ stationId, evseId, url: checkoutUrl(base, { stationId, evseId, evseRef }) },
        scans: scanned.get(key)?.scans ?? 0,
        ...present({ evseRef, place: place?.name, result, inspectedBy, inspectedAt: inspectedAt?.toISOString() }),
      };
    });
}

function keyOf({ stationId, evseId }: AtEvse): string {
  return `${stationId}:${evseId}`;
}

function byEvse<Row extends AtEvse>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}
